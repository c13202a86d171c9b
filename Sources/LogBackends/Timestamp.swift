import LogRecords

/// Writes dates and times as text, in one piece.
enum Timestamp {
    /// Appends `2023-09-04 12:00:00,123`, as Python's `logging` writes it.
    static func append(_ time: CalendarTime, milliseconds: Int, to output: inout [UInt8]) {
        var text = template
        fill(&text, from: time)
        setDigits(&text, at: 20, to: milliseconds, count: 3)
        output.append(text.span.extracting(..<23))
    }

    /// Appends `2023-09-04T12:00:00.123456Z`; the time is in UTC (RFC 3339).
    static func append(_ time: CalendarTime, microseconds: Int, to output: inout [UInt8]) {
        var text = template
        fill(&text, from: time)
        text[10] = UInt8(ascii: "T")
        text[19] = UInt8(ascii: ".")
        setDigits(&text, at: 20, to: microseconds, count: 6)
        output.append(text.span)
    }

    private typealias Text = InlineArray<27, UInt8>

    private static let template: Text = {
        var text = Text(repeating: UInt8(ascii: "0"))
        for (index, byte) in "0000-00-00 00:00:00,000000Z".utf8.enumerated() { text[index] = byte }
        return text
    }()

    private static func fill(_ text: inout Text, from time: CalendarTime) {
        setDigits(&text, at: 0, to: time.year, count: 4)
        setDigits(&text, at: 5, to: time.month, count: 2)
        setDigits(&text, at: 8, to: time.day, count: 2)
        setDigits(&text, at: 11, to: time.hour, count: 2)
        setDigits(&text, at: 14, to: time.minute, count: 2)
        setDigits(&text, at: 17, to: time.second, count: 2)
    }

    private static func setDigits(_ text: inout Text, at start: Int, to value: Int, count: Int) {
        var rest = UInt32(truncatingIfNeeded: value)
        for index in stride(from: start + count - 1, through: start, by: -1) {
            text[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
