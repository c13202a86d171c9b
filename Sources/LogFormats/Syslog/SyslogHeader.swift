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

    private static let everyByte: UInt64 = 0x0101_0101_0101_0101

    /// Where the word that begins at `index` ends: at a blank or the end.
    ///
    /// - Returns: nil when there is a control character in it.
    static func end(in text: Span<UInt8>, from index: Int) -> Int? {
        let end = plainEnd(in: text, from: index)
        return end == text.count || text[end] == UInt8(ascii: " ") ? end : nil
    }

    /// Where a name of structured data ends that begins at `index`: at a blank, a control character, `=`, `]` or `"`.
    static func nameEnd(in text: Span<UInt8>, from index: Int) -> Int {
        plainEnd(in: text, from: index) { word in
            Self.places(of: UInt8(ascii: "="), in: word) | Self.places(of: UInt8(ascii: "]"), in: word)
                | Self.places(of: UInt8(ascii: "\""), in: word)
        }
    }

    /// Where the bytes above a blank end, eight at a time; or those before, where `others` finds one.
    @inline(__always)
    private static func plainEnd(
        in text: Span<UInt8>,
        from index: Int,
        others: (UInt64) -> UInt64 = { _ in 0 }
    ) -> Int {
        var index = index
        let bytes = text.bytes
        while index < text.count, text.count &- index >= 8 {
            // Bounds are checked by the loop; any eight bytes are a UInt64.
            let word = UInt64(
                littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            )
            // A byte below 0x21 gets its top bit. The borrow may give it to bytes above; the lowest is always right.
            let low = (word &- 0x21 &* everyByte) & ~word & (0x80 &* everyByte)
            let found = low | places(of: 0x7F, in: word) | others(word)
            guard found == 0 else { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < text.count, text[index] > 0x20, text[index] != 0x7F, others(UInt64(text[index])) == 0 {
            index &+= 1
        }
        return index
    }

    /// The top bits of the bytes that are `byte`, which is not 0, and perhaps of some above the lowest of them.
    @inline(__always)
    private static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
        let difference = word ^ (UInt64(byte) &* everyByte)
        return (difference &- everyByte) & ~difference & (0x80 &* everyByte)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    static func isUpper(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "A") < 26
    }
}
