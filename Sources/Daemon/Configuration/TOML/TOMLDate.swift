/// Checks the dates and times of TOML, which are those of RFC 3339, section 5.6.
struct TOMLDate {
    private var rest: Substring.UTF8View

    /// Whether the text is a date, a time, or both with an offset or without one.
    static func isValid(_ text: String) -> Bool {
        var date = TOMLDate(rest: text[...].utf8)
        if text.utf8.dropFirst(2).first == UInt8(ascii: ":") { return date.readTime() && date.rest.isEmpty }
        guard date.readDate() else { return false }
        if date.rest.isEmpty { return true }
        guard ["T", "t", " "].contains(where: { date.skip($0) }), date.readTime() else { return false }
        return date.rest.isEmpty || date.readOffset() && date.rest.isEmpty
    }

    private mutating func readDate() -> Bool {
        guard let year = number(4, 0...9999), skip("-"), let month = number(2, 1...12), skip("-") else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        return number(2, 1...days) != nil
    }

    private mutating func readTime() -> Bool {
        guard number(2, 0...23) != nil, skip(":"), number(2, 0...59) != nil, skip(":") else { return false }
        // A leap second is second 60.
        guard number(2, 0...60) != nil else { return false }
        guard skip(".") else { return true }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        rest = rest.dropFirst(digits.count)
        return !digits.isEmpty
    }

    private mutating func readOffset() -> Bool {
        if skip("Z") || skip("z") { return true }
        guard skip("+") || skip("-") else { return false }
        return number(2, 0...23) != nil && skip(":") && number(2, 0...59) != nil
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// That many digits whose value is in the range.
    private mutating func number(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return range.contains(value) ? value : nil
    }
}
