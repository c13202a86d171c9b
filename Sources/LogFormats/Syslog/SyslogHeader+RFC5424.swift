import LogRecords

extension SyslogHeader {
    /// Reads the header of a message of RFC 5424, section 6, after its priority: the version, at `start`, up to the
    /// structured data.
    ///
    /// Words may be longer than the RFC allows, and in UTF-8; an empty one is a NILVALUE; the time may be of another
    /// form. Structured data that cannot be read belongs to the text, and so does all from the first fault in the
    /// header on, or from `CEF:` or `LEEF:` on; the words before it count, and `fault` is set.
    /// - Returns: false when there is no such version, and the header is as it was. Where it is, and no header follows
    ///   it, nothing is set but a fault.
    mutating func readRFC5424(_ text: Span<UInt8>, from start: Int, _ context: ReceiveContext) -> Bool {
        let start =
            start < text.count && text[start] == UInt8(ascii: " ") ? SyslogWord.blanksEnd(text, from: start) : start
        guard text.count &- start >= 3, text[start] == UInt8(ascii: "1"), text[start &+ 1] == UInt8(ascii: " ")
        else { return false }
        var index = start &+ 2
        var hasEmpty = false
        guard let word = Self.word(of: text, at: &index, &hasEmpty) else {
            return Self.isTime(text, from: start &+ 2, context)
                ? readTime(text, from: start &+ 2, context) : isBroken()
        }
        guard !word.isEmpty else { return readWords(text, from: index, context) || isBroken() }
        guard let time = MessageTime.parseRFC3339(text.extracting(word)) else {
            return readTime(text, from: word.lowerBound, context)
        }
        timestamp = word
        claimedTime = time
        return readWords(text, from: index, context) || true
    }

    /// Reads a header whose time is not as the RFC wants it.
    private mutating func readTime(_ text: Span<UInt8>, from start: Int, _ context: ReceiveContext) -> Bool {
        guard let time = WrittenTime.parse(text, at: start, context), time.time != nil else {
            // A text that only begins with a 1 is not a header; with a date it is.
            guard Self.isDate(text, at: start) else { return false }
            let end = SyslogWord.wordEnd(in: text, from: start)
            guard end > start, end < text.count else { return isBroken() }
            timestamp = start..<end
            var copy = self
            guard copy.readWords(text, from: end &+ 1, context), copy.fault == nil else {
                timestamp = 0..<0
                return isBroken()
            }
            self = copy
            fault = "the time cannot be read"
            isGuess = true
            return true
        }
        timestamp = start..<time.end
        claimedTime = time.time
        let isDate = Self.isDate(text, at: start)
        var copy = self
        if copy.readWords(text, from: min(time.next &+ 1, text.count), context), isDate || copy.fault == nil {
            self = copy
        } else {
            // Meraki's devices send a version, and then a header of RFC 3164.
            isGuess = true
            take(time, from: start, text, context)
            return true
        }
        if fault == nil, isDate, !Self.hasZone(text, timestamp) { fault = "the time names no time zone" }
        isGuess = true
        return true
    }

    /// Reads the words after the time, and the structured data.
    ///
    /// - Returns: false when there was no right word.
    private mutating func readWords(_ text: Span<UInt8>, from start: Int, _ context: ReceiveContext) -> Bool {
        var index = start
        var hasEmpty = false
        guard let hostname = Self.word(of: text, at: &index, &hasEmpty) else {
            return timestamp.isEmpty ? false : endEarly(text, at: start)
        }
        let afterHost = index
        guard let appName = Self.word(of: text, at: &index, &hasEmpty),
            let procid = Self.word(of: text, at: &index, &hasEmpty),
            let msgid = Self.word(of: text, at: &index, &hasEmpty, isLast: true)
        else {
            guard !timestamp.isEmpty else { return false }
            self.hostname = hostname
            return endEarly(text, at: afterHost)
        }
        if hasEmpty { isGuess = true }
        self.hostname = hostname
        self.appName = appName
        self.procid = procid
        self.msgid = msgid
        readStructuredData(text, at: index)
        if fault != nil {
            isGuess = true
            if Self.isProse(text, at: index, procid, msgid) {
                (self.appName, self.procid, self.msgid) = (0..<0, 0..<0, 0..<0)
                self.text = afterHost
                fault = "the header is not one of RFC 5424"
            }
        }
        return true
    }

    /// Ends the header at `index` with a fault; the words before it count.
    private mutating func endEarly(_ text: Span<UInt8>, at index: Int) -> Bool {
        // A record without text would be worse than one with all of it.
        if index < text.count { self.text = index }
        return isBroken()
    }

    /// Whether the words in the places of process and message id are those of a sentence: neither is absent, and the
    /// process has no digit.
    ///
    /// Structured data is missing then, too.
    private static func isProse(_ text: Span<UInt8>, at index: Int, _ procid: Range<Int>, _ msgid: Range<Int>) -> Bool {
        guard index < text.count, text[index] != UInt8(ascii: "["), !procid.isEmpty, !msgid.isEmpty else {
            return false
        }
        for index in procid where ASCII.digit(text[index]) != nil { return false }
        return true
    }

    private mutating func readStructuredData(_ text: Span<UInt8>, at index: Int) {
        self.text = index
        var end = index
        var hasSurplus = false
        if index < text.count, text[index] == UInt8(ascii: "-") {
            end &+= 1
        } else {
            var reader = StructuredDataReader(at: index)
            guard let last = reader.end(in: text, &parts, needsParts: needsParts) else {
                fault = "the structured data is broken"
                return
            }
            hasSurplus = reader.hasSurplus
            end = last
        }
        guard end > index, end == text.count || text[end] == UInt8(ascii: " ") else {
            fault = "there is no structured data"
            return
        }
        if text[index] == UInt8(ascii: "[") { structuredData = index..<end }
        self.text = min(end &+ 1, text.count)
        guard hasSurplus else { return }
        fault = "there are more than 1024 elements and parameters of structured data"
        isGuess = true
    }

    // MARK: words

    private static func isDate(_ text: Span<UInt8>, at index: Int) -> Bool {
        text.count &- index >= 5 && text[index &+ 4] == UInt8(ascii: "-") && ASCII.digit(text[index]) != nil
    }

    private static func isTime(_ text: Span<UInt8>, from index: Int, _ context: ReceiveContext) -> Bool {
        WrittenTime.parse(text, at: index, context)?.time != nil
    }

    /// Whether a zone follows a date and time of 19 bytes: a letter or an offset.
    private static func hasZone(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard word.count > 19 else { return false }
        for index in (word.lowerBound &+ 19)..<word.upperBound {
            let byte = text[index]
            if ASCII.isLetter(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { return true }
        }
        return false
    }

    private mutating func isBroken() -> Bool {
        fault = "the header is not one of RFC 5424"
        isGuess = true
        return true
    }

    /// Returns the word at `index`, and moves `index` past the blank after it; empty for the NILVALUE, and for no word.
    ///
    /// - Parameters:
    ///   - text: the message.
    ///   - index: moved past the blank.
    ///   - hasEmpty: set where there is no word.
    ///   - isLast: whether the message may end with the word.
    /// - Returns: nil when the message ends, a control character stands there, or an event in CEF or LEEF begins: after
    ///   the last word the message may end.
    @inline(__always)
    private static func word(
        of text: Span<UInt8>,
        at index: inout Int,
        _ hasEmpty: inout Bool,
        isLast: Bool = false
    ) -> Range<Int>? {
        let start = index
        guard let end = SyslogWord.end(in: text, from: start), end < text.count || isLast && end > start else {
            return nil
        }
        let count = end &- start
        guard count > 1 else {
            index = min(end &+ 1, text.count)
            if count == 0 { hasEmpty = true }
            return count == 0 || text[start] == UInt8(ascii: "-") ? start..<start : start..<end
        }
        if isEventFormat(text, at: start) { return nil }
        index = min(end &+ 1, text.count)
        return start..<end
    }
}
