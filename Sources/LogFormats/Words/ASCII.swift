/// Letters, digits and numbers in ASCII.
enum ASCII {
    @inline(__always)
    static func isUpper(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    @inline(__always)
    static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    /// The value of a decimal digit; nil for any other byte.
    @inline(__always)
    static func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }

    /// The number that two digits at `index` write; both are in the text.
    @inline(__always)
    static func twoDigits(_ text: Span<UInt8>, _ index: Int) -> Int? {
        guard let first = digit(text[index]), let second = digit(text[index &+ 1]) else { return nil }
        return Int(first &* 10 &+ second)
    }

    /// The number that one to nine digits write; nil for any other text.
    static func integer(_ text: Span<UInt8>, _ place: Range<Int>) -> Int? {
        guard (1...9).contains(place.count) else { return nil }
        var value = 0
        for index in place {
            guard let digit = digit(text[index]) else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }
}
