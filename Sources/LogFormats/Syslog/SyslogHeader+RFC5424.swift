import LogRecords

extension SyslogHeader {
    /// Reads what follows the priority of a message of RFC 5424, section 6: the version, at `start`, up to the
    /// structured data.
    ///
    /// Words may be longer than the RFC allows, and in UTF-8. Structured data that cannot be read belongs to the text,
    /// and `fault` says so.
    /// - Returns: nil when there is no such version; a header with nothing but a fault when there is, and no header
    ///   follows it.
    static func rfc5424(_ text: Span<UInt8>, from start: Int, _ reception: Reception) -> SyslogHeader? {
        guard text.count &- start >= 3, text[start] == UInt8(ascii: "1"), text[start &+ 1] == UInt8(ascii: " ")
        else { return nil }
        var header = SyslogHeader(text: start)
        var index = start &+ 2
        guard let timestamp = word(of: text, at: &index) else { return broken(start) }
        if !timestamp.isEmpty {
            let written = text.extracting(timestamp)
            header.timestamp = timestamp
            header.claimedTime = MessageTime.parseRFC3339(written)
            if header.claimedTime == nil {
                header.fault = "the time names no time zone"
                header.claimedTime = MessageTime.parseRFC3339(written, secondsFromUTC: reception.secondsFromUTC)
            }
            // A text that begins with a 1 is no header.
            guard header.claimedTime != nil else { return isDate(written) ? broken(start) : nil }
        }
        guard let hostname = word(of: text, at: &index), let appName = word(of: text, at: &index),
            let procid = word(of: text, at: &index), let msgid = word(of: text, at: &index, isLast: true)
        else { return broken(start) }
        header.hostname = hostname
        header.appName = appName
        header.procid = procid
        header.msgid = msgid
        header.readStructuredData(text, at: index)
        header.isGuess = header.fault != nil
        return header
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

    private static func broken(_ start: Int) -> SyslogHeader {
        var header = SyslogHeader(text: start)
        header.fault = "the header is not one of RFC 5424"
        header.isGuess = true
        return header
    }

    /// The word at `index`, which is moved behind the blank that ends it; empty for the NILVALUE.
    ///
    /// - Returns: nil when there is no word, or no blank behind it: after the last one the message may end.
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
