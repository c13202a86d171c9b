extension SyslogTag {
    /// The longest name of a program that is recognized without a time before it.
    private static let maxUntimedBytes = 64

    /// Reads a tag where no time stands before it, as journald does: `name[pid]: `, `%CODE: ` or `name: `.
    ///
    /// Such a word may as well begin a sentence, so that it is not a tag when it is a level's name, a number, a drive,
    /// a URL or has other characters than letters, digits and `._/-`.
    /// - Returns: nil when it is not a tag, but text.
    static func parseUntimed(_ text: Span<UInt8>, at index: Int) -> SyslogTag? {
        let maxEnd = min(text.count, index &+ maxUntimedBytes)
        guard index < maxEnd, mayBeginUntimed(text[index]) else { return nil }
        let isCode = text[index] == UInt8(ascii: "%")
        var end = index &+ 1
        while end < maxEnd, isCode ? isOfCode(text[end]) : isOfName(text[end]) { end &+= 1 }
        // At least two bytes: a single letter is a drive, or an item of a list.
        guard end &- index >= 2, end < text.count else { return nil }
        if !isCode, LevelNames.shared.severity(named: text.extracting(index..<end)) != nil { return nil }
        if !isCode, text[end] == UInt8(ascii: "[") {
            var pid = end &+ 1
            while pid < text.count, pid &- end < 16, ASCII.digit(text[pid]) != nil { pid &+= 1 }
            guard pid > end &+ 1, text.count &- pid >= 3, text[pid] == UInt8(ascii: "]"),
                endsTag(text, at: pid &+ 1)
            else { return nil }
            return SyslogTag(name: index..<end, procid: (end &+ 1)..<pid, next: pid &+ 2)
        }
        guard endsTag(text, at: end) else { return nil }
        return SyslogTag(name: index..<end, procid: end..<end, next: end &+ 1)
    }

    /// A colon and a blank.
    private static func endsTag(_ text: Span<UInt8>, at index: Int) -> Bool {
        text.count &- index >= 2 && text[index] == UInt8(ascii: ":") && text[index &+ 1] == UInt8(ascii: " ")
    }

    private static func mayBeginUntimed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "%"): true
        default: (byte | 0x20) &- UInt8(ascii: "a") < 26
        }
    }

    private static func isOfCode(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "%") || isOfName(byte)
    }
}
