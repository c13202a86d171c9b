import LogRecords

extension SyslogHeader {
    /// Reads the header of a message of RFC 3164, section 4.1.2, after its priority: the time, the host, the tag.
    ///
    /// After the time, a word that looks like a tag is one, and there is no host: programs send none to their own host.
    /// A word before a tag is the host. A word before other text is a guess: the host when it may be one.
    ///
    /// - Parameters:
    ///   - text: the message.
    ///   - start: where the header starts.
    ///   - hasPriority: whether one stands before `start`. Then a tag is recognized without a time, too.
    ///   - last: what the last header had.
    ///   - context: when and where the message was received.
    /// - Returns: false when there is no header.
    mutating func readRFC3164(
        _ text: Span<UInt8>,
        from start: Int,
        hasPriority: Bool,
        _ last: inout LastHeader,
        _ context: ReceiveContext
    ) -> Bool {
        var index = start
        if index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
        if let time = last.writtenTimes.parse(text, at: index, context) {
            take(time, from: index, text, context)
            return true
        }
        if readPrefix(text, from: index, context) { return true }
        guard hasPriority else { return false }
        isGuess = true
        if let tag = SyslogTag.parseUntimed(text, at: index) {
            take(tag, text)
            return true
        }
        return readUntimedModel(text, at: index, context)
    }

    /// Takes the time that begins at `index`, and reads the rest of the header.
    mutating func take(_ time: WrittenTime, from index: Int, _ text: Span<UInt8>, _ context: ReceiveContext) {
        timestamp = index..<time.end
        claimedTime = time.time
        if time.isGuess || time.time == nil { isGuess = true }
        let isTab = time.next < text.count && text[time.next] == 0x09
        let next = isTab ? time.next &+ 1 : SyslogWord.blanksEnd(text, from: time.next)
        if next &- time.next > 1 { isGuess = true }
        self.text = next
        readSender(text, at: next, isCisco: time.hasColon, context)
    }

    /// Reads the words between the time and the text.
    mutating func readSender(_ text: Span<UInt8>, at index: Int, isCisco: Bool, _ context: ReceiveContext) {
        if context.isPlain, !isCisco, readPlainSender(text, at: index) { return }
        guard let end = SyslogWord.end(in: text, from: index) else {
            return readIrregular(text, at: index, isCisco: isCisco, context)
        }
        if SyslogWord.mayBeTag(text, index..<end), let tag = SyslogTag.parse(text, word: index..<end),
            Self.isProgram(tag, text)
        {
            return take(tag, text)
        }
        let next = end &+ 1
        if !isCisco, next < text.count, SyslogHost.mayBeHost(text, index..<end), !Self.isLevelOrNil(text, index..<end),
            let wordEnd = SyslogWord.end(in: text, from: next),
            let tag = SyslogTag.parse(text, word: next..<wordEnd),
            !tag.procid.isEmpty || !SyslogHost.isModel(text, tag.name)
        {
            hostname = index..<end
            return take(tag, text)
        }
        readIrregular(text, at: index, isCisco: isCisco, context)
    }

    mutating func take(_ tag: SyslogTag, _ text: Span<UInt8>) {
        var tag = tag
        if tag.name.isEmpty, tag.next &+ 1 < text.count, let end = SyslogWord.end(in: text, from: tag.next &+ 1),
            let second = SyslogTag.parse(text, word: (tag.next &+ 1)..<end),
            !second.procid.isEmpty || SyslogTag.isCode(text, second.name)
        {
            // Cisco's ASA: `host : %ASA-6-302013: text`; IOS XR: `time : bgp[1051]: text`.
            tag = second
        }
        appName = tag.name
        procid = tag.procid
        self.text = tag.next
        if self.text < text.count, text[self.text] == UInt8(ascii: " ") { self.text &+= 1 }
    }

    /// Whether a tag right after the time names a program: upper-case names of levels do not, and the words of UniFi's
    /// devices belong to the host.
    private static func isProgram(_ tag: SyslogTag, _ text: Span<UInt8>) -> Bool {
        guard tag.procid.isEmpty, !tag.name.isEmpty else { return true }
        return !SyslogHost.isModel(text, tag.name) && !SyslogLevel.isUpperName(text, tag.name)
    }

    /// Whether a word right after the time is not a host: the NILVALUE, or a level's name.
    @inline(__always)
    private static func isLevelOrNil(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        let last = text[word.upperBound &- 1]
        // Few hosts end so; the others need not be looked at.
        guard ASCII.isUpper(last) || last == UInt8(ascii: "]") || last == UInt8(ascii: "-") else {
            return SyslogLevel.mayBeOfFacility(text, word)
        }
        return word.count == 1 || SyslogLevel.isUpperName(text, word) || SyslogLevel.mayBeOfFacility(text, word)
    }
}
