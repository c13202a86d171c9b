/// Writes dates and times as text, in one piece.
package enum Timestamp {
    /// Appends `2023-09-04 12:00:00,123`, as Python's `logging` writes it.
    package static func append(_ time: CalendarTime, milliseconds: Int, to output: inout [UInt8]) {
        var text = time.text
        text[20] = digit(milliseconds / 100)
        setTwoDigits(&text, at: 21, to: milliseconds % 100)
        output.append(text.span.extracting(..<23))
    }

    /// Appends `2023-09-04T12:00:00.123456Z`; the time is in UTC (RFC 3339).
    package static func append(_ time: CalendarTime, microseconds: Int, to output: inout [UInt8]) {
        var text = time.text
        text[10] = UInt8(ascii: "T")
        text[19] = UInt8(ascii: ".")
        setTwoDigits(&text, at: 20, to: microseconds / 10_000)
        setTwoDigits(&text, at: 22, to: microseconds / 100 % 100)
        setTwoDigits(&text, at: 24, to: microseconds % 100)
        output.append(text.span)
    }

    /// Appends the time that a sender claims as RFC 3339 has it, in UTC with microseconds.
    ///
    /// - Returns: false, and nothing is appended, where there is none or its year has not four digits.
    @discardableResult
    package static func append(claimed time: WallTime?, to output: inout [UInt8]) -> Bool {
        guard let time, let calendar = CalendarTime(universal: time.seconds) else { return false }
        append(calendar, microseconds: time.microseconds, to: &output)
        return true
    }

    /// Appends `Sep  4 12:00:00`, as syslog(3) writes it (RFC 3164, section 4.1.2).
    package static func append(syslog time: CalendarTime, to output: inout [UInt8]) {
        var text = InlineArray<15, UInt8>(repeating: UInt8(ascii: " "))
        // No month has another number. Such a month would get a wrong name, but not trap.
        let month = months[min(max(time.month, 1), 12) &- 1]
        text[0] = month.0
        text[1] = month.1
        text[2] = month.2
        if time.day >= 10 { text[4] = time.text[8] }
        text[5] = time.text[9]
        for index in 0..<8 { text[7 &+ index] = time.text[11 &+ index] }
        output.append(text.span)
    }

    private static let months: InlineArray<12, (UInt8, UInt8, UInt8)> = {
        var months = InlineArray<12, (UInt8, UInt8, UInt8)>(repeating: (0, 0, 0))
        let names = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)
        for index in 0..<12 { months[index] = (names[3 * index], names[3 * index + 1], names[3 * index + 2]) }
        return months
    }()

    /// Sets two decimal digits; of a larger value, its last ones.
    @inline(__always)
    static func setTwoDigits<let count: Int>(_ text: inout InlineArray<count, UInt8>, at index: Int, to value: Int) {
        text[index] = digit(value / 10)
        text[index &+ 1] = digit(value)
    }

    @inline(__always)
    private static func digit(_ value: Int) -> UInt8 {
        UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: UInt32(truncatingIfNeeded: value) % 10)
    }
}
