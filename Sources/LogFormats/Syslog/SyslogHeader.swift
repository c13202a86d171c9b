import LogRecords

/// What stands before the text of a syslog message, as places of the message: empty where there is none.
struct SyslogHeader {
    var timestamp = 0..<0
    var claimedTime: WallTime?
    var hostname = 0..<0
    var appName = 0..<0
    var procid = 0..<0
    var msgid = 0..<0
    var structuredData = 0..<0
    /// Where the text begins.
    var text: Int
    /// Whether the fields do not say all that was sent, or may not mean what they say.
    var isGuess = false
    /// What is wrong with the message.
    var fault: StaticString?

    init(text: Int) {
        self.text = text
    }
}

/// One word of a header.
enum SyslogWord {
    /// The longest word that can be a host or a tag.
    static let longest = 256

    /// Where the word that begins at `index` ends: at a blank or the end.
    ///
    /// - Returns: nil when there is a control character in it.
    static func end(in text: Span<UInt8>, from index: Int) -> Int? {
        let end = plainEnd(in: text, from: index)
        return end == text.count || text[end] == UInt8(ascii: " ") ? end : nil
    }

    /// Where the bytes above a blank end, eight at a time.
    private static func plainEnd(in text: Span<UInt8>, from index: Int) -> Int {
        let everyByte: UInt64 = 0x0101_0101_0101_0101
        var index = index
        while index < text.count, text.count &- index >= 8 {
            // Bounds are checked by the loop and by the call; any eight bytes are a UInt64.
            let word = UInt64(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            // A byte below 0x21 or equal to 0x7F gets its top bit; what the borrow does to bytes above it is no matter.
            let delete = word ^ (0x7F &* everyByte)
            let found =
                ((word &- 0x21 &* everyByte) & ~word | (delete &- everyByte) & ~delete) & (0x80 &* everyByte)
            guard found == 0 else { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < text.count, text[index] > 0x20, text[index] != 0x7F { index &+= 1 }
        return index
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    static func isUpper(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "A") < 26
    }
}
