extension Int64 {
    /// Reads decimal digits in ASCII, after a sign or none.
    ///
    /// Returns nil for any other text, and for a number that does not fit.
    package init?(decimal text: Span<UInt8>) {
        guard !text.isEmpty else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        var index = isNegative || text[0] == UInt8(ascii: "+") ? 1 : 0
        guard index < text.count else { return nil }
        // So many digits fit in any case.
        if text.count &- index <= 18 {
            var value: Int64 = 0
            while index < text.count {
                let digit = text[unchecked: index] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value &* 10 &+ Int64(digit)
                index &+= 1
            }
            self = isNegative ? 0 &- value : value
            return
        }
        // Negative, as that side has one more.
        var value: Int64 = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, nextOverflow) = shifted.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !nextOverflow else { return nil }
            value = next
            index &+= 1
        }
        guard isNegative || value != .min else { return nil }
        self = isNegative ? value : 0 &- value
    }
}
