/// The program, and its process, that a message of RFC 3164 names before its text.
struct SyslogTag {
    /// Empty where the sender gives its program no name.
    var name: Range<Int>
    var procid: Range<Int>
    /// Where what follows begins.
    var next: Int

    /// Reads a word as a tag: `name:`, `name[pid]:`, `name[123]`, `name[pid]:text`, or `name:[` before anything.
    ///
    /// - Returns: nil for any other word.
    static func parse(_ text: Span<UInt8>, word: Range<Int>) -> SyslogTag? {
        let start = word.lowerBound
        guard !word.isEmpty, word.count <= SyslogWord.maxBytes, mayBegin(text[start]) else { return nil }
        let last = word.upperBound &- 1
        if text[last] == UInt8(ascii: ":") {
            return process(text, from: start, to: last, next: word.upperBound) ?? bracketed(text, word)
                ?? SyslogTag(name: start..<last, procid: last..<last, next: word.upperBound)
        }
        if text[last] == UInt8(ascii: "]") {
            guard let tag = process(text, from: start, to: word.upperBound, next: word.upperBound) else { return nil }
            for index in tag.procid where ASCII.digit(text[index]) == nil { return bracketed(text, word) }
            return tag.procid.isEmpty ? nil : tag
        }
        var index = start
        while index < last {
            // Most bytes are neither of them, nor between them.
            guard text[index] &- UInt8(ascii: ":") <= UInt8(ascii: "]") &- UInt8(ascii: ":") else {
                index &+= 1
                continue
            }
            if text[index] == UInt8(ascii: "]"), text[index &+ 1] == UInt8(ascii: ":") {
                return process(text, from: start, to: index &+ 1, next: index &+ 2)
            }
            if text[index] == UInt8(ascii: ":"), text[index &+ 1] == UInt8(ascii: "[") { return bracketed(text, word) }
            index &+= 1
        }
        return nil
    }

    /// Reads `name[pid]` up to `end`; a colon before the bracket is not part of the name.
    private static func process(_ text: Span<UInt8>, from start: Int, to end: Int, next: Int) -> SyslogTag? {
        guard end > start, text[end &- 1] == UInt8(ascii: "]") else { return nil }
        var open = end &- 1
        while open > start, text[open] != UInt8(ascii: "[") { open &-= 1 }
        guard open > start else { return nil }
        let nameEnd = text[open &- 1] == UInt8(ascii: ":") && open &- start > 1 ? open &- 1 : open
        return SyslogTag(name: start..<nameEnd, procid: (open &+ 1)..<(end &- 1), next: next)
    }

    /// Reads `name:[`, whose bracket has anything but a process id in it: it begins the text, as uwsgi sends it.
    private static func bracketed(_ text: Span<UInt8>, _ word: Range<Int>) -> SyslogTag? {
        var index = word.lowerBound
        while index &+ 1 < word.upperBound, isOfName(text[index]) { index &+= 1 }
        guard index > word.lowerBound, index &+ 1 < word.upperBound, text[index] == UInt8(ascii: ":"),
            text[index &+ 1] == UInt8(ascii: "[")
        else { return nil }
        return SyslogTag(name: word.lowerBound..<index, procid: index..<index, next: index &+ 1)
    }

    /// Whether a program's name can begin with a byte: `(systemd)` and `%SYS-5-CONFIG_I` are such names.
    ///
    /// A colon alone is an empty name.
    private static func mayBegin(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "%"),
            UInt8(ascii: "("), UInt8(ascii: ":"), UInt8(ascii: "@"), 0x80...:
            true
        default: ASCII.isLetterOrDigit(byte)
        }
    }

    /// Whether a byte can be in a program's name that nothing else marks as one.
    static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "-"): true
        default: ASCII.isLetterOrDigit(byte)
        }
    }
}

/// Tags that are recognized in some places only.
extension SyslogTag {
    /// Whether a name is the code of a Cisco message: `%FAC-5-MNEMONIC`.
    static func isCode(_ text: Span<UInt8>, _ name: Range<Int>) -> Bool {
        guard name.count >= 5, text[name.lowerBound] == UInt8(ascii: "%") else { return false }
        var index = name.lowerBound &+ 1
        while index &+ 2 < name.upperBound {
            if text[index] == UInt8(ascii: "-"), ASCII.digit(text[index &+ 1]) != nil,
                text[index &+ 2] == UInt8(ascii: "-")
            {
                return true
            }
            index &+= 1
        }
        return false
    }

    /// Reads a Cisco code with a `*` before it, or with a blank before its colon, as IOS XR has it.
    static func parseCode(_ text: Span<UInt8>, word: Range<Int>) -> SyslogTag? {
        guard word.count >= 5 else { return nil }
        let start = text[word.lowerBound] == UInt8(ascii: "*") ? word.lowerBound &+ 1 : word.lowerBound
        let end = word.upperBound
        let hasColon = text[end &- 1] == UInt8(ascii: ":")
        let name = start..<(hasColon ? end &- 1 : end)
        guard isCode(text, name) else { return nil }
        if hasColon { return SyslogTag(name: name, procid: start..<start, next: end) }
        guard text.count &- end >= 2, text[end] == UInt8(ascii: " "), text[end &+ 1] == UInt8(ascii: ":"),
            text.count &- end == 2 || text[end &+ 2] == UInt8(ascii: " ")
        else { return nil }
        return SyslogTag(name: name, procid: start..<start, next: end &+ 2)
    }

    /// Reads a program of two words after a host: `name name[123]:`.
    static func parseTwoWords(_ text: Span<UInt8>, first: Range<Int>) -> SyslogTag? {
        let start = first.upperBound &+ 1
        guard start < text.count, text[first.upperBound] == UInt8(ascii: " ") else { return nil }
        guard ASCII.isLetter(text[first.lowerBound]) else { return nil }
        for index in first where !isOfName(text[index]) { return nil }
        let second = start..<SyslogWord.wordEnd(in: text, from: start)
        guard !second.isEmpty, text[second.upperBound &- 1] == UInt8(ascii: ":"), var tag = parse(text, word: second),
            !tag.procid.isEmpty
        else { return nil }
        for index in tag.procid where ASCII.digit(text[index]) == nil { return nil }
        for index in tag.name where !isOfName(text[index]) { return nil }
        tag.name = first.lowerBound..<tag.name.upperBound
        return tag
    }

    /// Reads `tag:text` after a host.
    ///
    /// URLs, paths, addresses and names with a scope are not tags.
    static func parseGlued(_ text: Span<UInt8>, word: Range<Int>) -> SyslogTag? {
        var colon = word.lowerBound
        while colon < word.upperBound, isOfName(text[colon]) { colon &+= 1 }
        guard colon &- word.lowerBound >= 2, colon &+ 1 < word.upperBound, text[colon] == UInt8(ascii: ":"),
            ASCII.isLetter(text[word.lowerBound]), !SyslogLevel.isName(text, word.lowerBound..<colon)
        else { return nil }
        switch text[colon &+ 1] {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: ":"): return nil
        default: break
        }
        for index in word where !SyslogHost.isHexadecimalDigit(text[index]) && text[index] != UInt8(ascii: ":") {
            return SyslogTag(name: word.lowerBound..<colon, procid: colon..<colon, next: colon &+ 1)
        }
        return nil
    }
}
