extension WrittenTime {
    /// Reads a time zone: `Z` or `+01:00` right after the time or after a blank, `CET`, `TZ-6` (RFC 3164, section 5.4),
    /// `GMT+0100`.
    @inline(__always)
    static func readZone(_ text: Span<UInt8>, _ parts: inout Parts) {
        guard parts.index < text.count else { return }
        let first = text[parts.index]
        if first == UInt8(ascii: " ") {
            let start = parts.index &+ 1
            guard start < text.count, ASCII.isUpper(text[start]) || isSign(text[start]) else { return }
            readZone(text, at: start, &parts)
        } else if isSign(first) || first | 0x20 == UInt8(ascii: "z") {
            readZone(text, at: parts.index, &parts)
        }
    }

    private static func readZone(_ text: Span<UInt8>, at start: Int, _ parts: inout Parts) {
        var end = start
        while end < text.count, end &- start < 10, !isZoneEnd(text, end) { end &+= 1 }
        let word = text.extracting(start..<end)
        if isSign(text[start]) || word.count == 1 {
            parts.offset = MessageTime.offset(word, at: 0)
        } else {
            parts.offset = ZoneNames.offset(word) ?? numbered(word)
        }
        if parts.offset == nil {
            guard isUnknownZone(text, start..<end) else { return }
            parts.isGuess = true
        }
        parts.index = end
        // Java's ZonedDateTime writes the zone's name after its offset.
        guard parts.offset != nil, end < text.count, text[end] == UInt8(ascii: "[") else { return }
        while end < text.count, end &- start < 64, text[end] != UInt8(ascii: "]") { end &+= 1 }
        if end < text.count, text[end] == UInt8(ascii: "]") { parts.index = end &+ 1 }
    }

    private static func isZoneEnd(_ text: Span<UInt8>, _ index: Int) -> Bool {
        switch text[index] {
        case UInt8(ascii: " "), 0x09, UInt8(ascii: "["): true
        case UInt8(ascii: ":"), UInt8(ascii: ","):
            index &+ 1 == text.count || text[index &+ 1] == UInt8(ascii: " ")
        default: false
        }
    }

    /// `GMT+0100` and `UTC+8`.
    private static func numbered(_ word: Span<UInt8>) -> Int? {
        guard word.count >= 5, isSign(word[3]), ZoneNames.offset(word.extracting(..<3)) == 0 else { return nil }
        guard word.count == 5, let hours = ASCII.digit(word[4]) else { return MessageTime.offset(word, at: 3) }
        return word[3] == UInt8(ascii: "-") ? -3600 &* Int(hours) : 3600 &* Int(hours)
    }

    /// A name that is not known, where only a zone can stand: before `: %SYS-5-CONFIG_I`, or before a year.
    private static func isUnknownZone(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard (2...5).contains(word.count) else { return false }
        for index in word where !ASCII.isUpper(text[index]) { return false }
        let end = word.upperBound
        guard word.count < 3 || year(text, at: end &+ 1) == nil else { return true }
        guard text.count &- end >= 4, text[end] == UInt8(ascii: ":"), text[end &+ 1] == UInt8(ascii: " ") else {
            return false
        }
        return text[end &+ 2] == UInt8(ascii: "%")
            || text[end &+ 2] == UInt8(ascii: "*") && text[end &+ 3] == UInt8(ascii: "%")
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }
}
