import LogRecords

extension SyslogHeader {
    /// Reads what follows the priority of a message of RFC 5424, section 6: the version, at `start`, up to the
    /// structured data.
    ///
    /// Words may be longer than the RFC allows, and in UTF-8. Structured data that cannot be read belongs to the text,
    /// and `fault` says so.
    /// - Returns: false when there is no such version, and the header is as it was. Where it is, and no header follows
    ///   it, nothing is set but a fault.
    mutating func readRFC5424(_ text: Span<UInt8>, from start: Int, _ reception: Reception) -> Bool {
        guard text.count &- start >= 3, text[start] == UInt8(ascii: "1"), text[start &+ 1] == UInt8(ascii: " ")
        else { return false }
        var index = start &+ 2
        guard let timestamp = Self.word(of: text, at: &index) else { return isBroken() }
        var time: WallTime?
        var hasZone = true
        if !timestamp.isEmpty {
            let written = text.extracting(timestamp)
            time = MessageTime.parseRFC3339(written)
            if time == nil {
                hasZone = false
                time = MessageTime.parseRFC3339(written, secondsFromUTC: reception.secondsFromUTC)
            }
            // A text that begins with a 1 is no header.
            guard time != nil else { return Self.isDate(written) && isBroken() }
        }
        guard let hostname = Self.word(of: text, at: &index), let appName = Self.word(of: text, at: &index),
            let procid = Self.word(of: text, at: &index), let msgid = Self.word(of: text, at: &index, isLast: true)
        else { return isBroken() }
        self.timestamp = timestamp
        claimedTime = time
        self.hostname = hostname
        self.appName = appName
        self.procid = procid
        self.msgid = msgid
        if !hasZone { fault = "the time names no time zone" }
        readStructuredData(text, at: index)
        isGuess = fault != nil
        return true
    }

    private mutating func readStructuredData(_ text: Span<UInt8>, at index: Int) {
        self.text = index
        var end = index
        if index < text.count, text[index] == UInt8(ascii: "-") {
            end &+= 1
        } else {
            var reader = StructuredDataReader(at: index)
            guard let last = reader.end(in: text) else {
                fault = reader.isTooMuch ? "there is too much structured data" : "the structured data is broken"
                return
            }
            end = last
        }
        guard end > index, end == text.count || text[end] == UInt8(ascii: " ") else {
            fault = "there is no structured data"
            return
        }
        if text[index] == UInt8(ascii: "[") { structuredData = index..<end }
        self.text = min(end &+ 1, text.count)
    }

    private static func isDate(_ word: Span<UInt8>) -> Bool {
        word.count >= 5 && word[4] == UInt8(ascii: "-") && MessageTime.digit(word[0]) != nil
    }

    private mutating func isBroken() -> Bool {
        fault = "the header is not one of RFC 5424"
        isGuess = true
        return true
    }

    /// The word at `index`, which is moved behind the blank that ends it; empty for the NILVALUE.
    ///
    /// - Returns: nil when there is no word, or no blank behind it: after the last one the message may end.
    @inline(__always)
    private static func word(of text: Span<UInt8>, at index: inout Int, isLast: Bool = false) -> Range<Int>? {
        guard let end = SyslogWord.end(in: text, from: index), end > index, isLast || end < text.count else {
            return nil
        }
        let isNil = end &- index == 1 && text[index] == UInt8(ascii: "-")
        let word = isNil ? index..<index : index..<end
        index = min(end &+ 1, text.count)
        return word
    }
}
