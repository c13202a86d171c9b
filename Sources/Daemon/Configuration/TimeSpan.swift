/// Time spans in systemd's notation; see systemd.time(7).
package enum TimeSpan {
    /// Longer spans are rejected, so that arithmetic with times cannot overflow: 100 years of 365.25 days.
    package static let maximum = Duration.seconds(3_155_760_000)

    /// Parses `90`, `500ms`, `1min 30s`, `1.5h` or `infinity`, which is nil; a plain number counts seconds.
    ///
    /// - Throws: when the text is not a valid time span, or too long.
    package static func parse(_ text: String) throws(ValueError) -> Duration? {
        let bytes = Array(text.utf8)
        if bytes.trimmingSpaces() == Array("infinity".utf8)[...] { return nil }
        var rest = bytes[...]
        var total: Int64 = 0
        var isEmpty = true
        rest.skipSpaces()
        while !rest.isEmpty {
            let number = rest.take { isDigit($0) || $0 == UInt8(ascii: ".") }
            rest.skipSpaces()
            let name = rest.take { !isDigit($0) && $0 != UInt8(ascii: ".") && !isSpace($0) }
            guard let unit = microseconds(in: name), let part = product(of: number, and: unit) else {
                throw wrong(text)
            }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow, .microseconds(sum) <= maximum else {
                throw ValueError("time span \"\(text)\" is longer than 100 years; write infinity for no limit")
            }
            total = sum
            isEmpty = false
            rest.skipSpaces()
        }
        guard !isEmpty else { throw wrong(text) }
        return .microseconds(total)
    }

    /// The span in the form that `parse` accepts, in whole microseconds: `1min 30s`, or `infinity` for nil.
    package static func text(_ span: Duration?) -> String {
        guard let span else { return "infinity" }
        let (seconds, attoseconds) = span.components
        let microseconds = attoseconds / 1_000_000_000_000
        let parts: [(Int64, String)] = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
            (microseconds / 1000, "ms"), (microseconds % 1000, "us"),
        ]
        let text = parts.filter { $0.0 != 0 }.map { "\($0.0)\($0.1)" }.joined(separator: " ")
        return text.isEmpty ? "0" : text
    }

    private static func wrong(_ text: String) -> ValueError {
        ValueError("\"\(text)\" is not a valid time span; write it like 30, 500ms, 5s, 2min, 1h, 1min 30s or infinity")
    }

    private static func microseconds(in unit: ArraySlice<UInt8>) -> Int64? {
        switch String(decoding: unit, as: UTF8.self) {
        case "us", "usec", "\u{b5}s", "\u{3bc}s": 1
        case "ms", "msec": 1000
        case "", "s", "sec", "second", "seconds": 1_000_000
        case "m", "min", "minute", "minutes": 60_000_000
        case "h", "hr", "hour", "hours": 3_600_000_000
        case "d", "day", "days": 86_400_000_000
        case "w", "week", "weeks": 604_800_000_000
        case "M", "month", "months": 2_629_800_000_000
        case "y", "year", "years": 31_557_600_000_000
        default: nil
        }
    }

    /// A decimal number of units; nil when it is not a number, the maximum when it is too large.
    private static func product(of number: ArraySlice<UInt8>, and unit: Int64) -> Int64? {
        var total: Int64 = 0
        var scale = unit
        var digits = 0
        var isFraction = false
        for byte in number {
            if byte == UInt8(ascii: ".") {
                if isFraction { return nil }
                isFraction = true
                continue
            }
            let digit = Int64(byte &- UInt8(ascii: "0"))
            digits = 1
            if isFraction {
                scale /= 10
                total = total.saturatingAdd(digit * scale)
            } else {
                let (tenfold, overflow) = total.multipliedReportingOverflow(by: 10)
                let (added, again) = digit.multipliedReportingOverflow(by: unit)
                total = overflow || again ? .max : tenfold.saturatingAdd(added)
            }
        }
        return digits == 0 ? nil : total
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    fileprivate static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}

extension Int64 {
    fileprivate func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension [UInt8] {
    fileprivate func trimmingSpaces() -> ArraySlice<UInt8> {
        var slice = self[...]
        slice.skipSpaces()
        while let last = slice.last, TimeSpan.isSpace(last) { slice.removeLast() }
        return slice
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func skipSpaces() {
        self = drop(while: TimeSpan.isSpace)
    }

    fileprivate mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let head = prefix(while: condition)
        self = dropFirst(head.count)
        return head
    }
}
