/// The program, and its process, that a message of RFC 3164 names before its text.
struct SyslogTag {
    /// Empty where the sender gives its program no name.
    var name: Range<Int>
    var procid: Range<Int>
    /// Where what follows begins.
    var next: Int

    /// Reads a word as a tag: `name:`, `name[pid]:`, `name[123]`, or `name[pid]:text`.
    ///
    /// - Returns: nil for any other word.
    static func parse(_ text: Span<UInt8>, word: Range<Int>) -> SyslogTag? {
        let start = word.lowerBound
        guard !word.isEmpty, word.count <= SyslogWord.longest, mayBegin(text[start]) else { return nil }
        let last = word.upperBound &- 1
        if text[last] == UInt8(ascii: ":") {
            return process(text, from: start, to: last, next: word.upperBound)
                ?? SyslogTag(name: start..<last, procid: last..<last, next: word.upperBound)
        }
        if text[last] == UInt8(ascii: "]") {
            guard let tag = process(text, from: start, to: word.upperBound, next: word.upperBound) else { return nil }
            for index in tag.procid where MessageTime.digit(text[index]) == nil { return nil }
            return tag.procid.isEmpty ? nil : tag
        }
        var index = start
        while index < last {
            if text[index] == UInt8(ascii: "]"), text[index &+ 1] == UInt8(ascii: ":") {
                return process(text, from: start, to: index &+ 1, next: index &+ 2)
            }
            index &+= 1
        }
        return nil
    }

    /// Reads `name[pid]` up to `end`.
    private static func process(_ text: Span<UInt8>, from start: Int, to end: Int, next: Int) -> SyslogTag? {
        guard end > start, text[end &- 1] == UInt8(ascii: "]") else { return nil }
        var open = end &- 1
        while open > start, text[open] != UInt8(ascii: "[") { open &-= 1 }
        guard open > start else { return nil }
        return SyslogTag(name: start..<open, procid: (open &+ 1)..<(end &- 1), next: next)
    }

    /// What names of programs begin with: `(systemd)` and `%SYS-5-CONFIG_I` are some. A colon alone is an empty one.
    private static func mayBegin(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "%"),
            UInt8(ascii: "("), UInt8(ascii: ":"), UInt8(ascii: "@"), 0x80...:
            true
        default: SyslogWord.isLetterOrDigit(byte)
        }
    }
}
