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
        var index = index
        while index < text.count, text[index] != UInt8(ascii: " ") {
            guard text[index] > 0x20, text[index] != 0x7F else { return nil }
            index &+= 1
        }
        return index
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    static func isUpper(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "A") < 26
    }
}
