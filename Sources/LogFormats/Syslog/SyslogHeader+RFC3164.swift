import LogRecords

extension SyslogHeader {
    /// Reads what follows the priority of a message of RFC 3164, section 4.1.2, at `start`: the time, the host, the tag.
    ///
    /// Behind the time a word that looks like a tag is one, and no host was sent, as programs do to their own host. A
    /// word before a tag is the host. A word before other text is a guess: the host when it may be one.
    /// - Returns: false when there is no time: then nothing else can be told from the text.
    mutating func readRFC3164(_ text: Span<UInt8>, from start: Int, _ reception: Reception) -> Bool {
        var index = start
        if index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
        guard let time = SyslogTime.parse(text, at: index, reception) ?? readCount(text, at: &index, reception)
        else { return false }
        timestamp = index..<time.end
        claimedTime = time.time
        if time.isGuess || time.time == nil { isGuess = true }
        index = Self.blanksEnd(text, from: time.next)
        if index &- time.next > 1 { isGuess = true }
        self.text = index
        readSender(text, at: index, isCisco: time.hasColon)
        return true
    }

    /// Reads what Cisco's devices send before the time, and moves `index` behind it: `45: `, `237: host: 000238: `,
    /// `: `.
    ///
    /// - Returns: the time; nil when there is none behind that.
    private mutating func readCount(
        _ text: Span<UInt8>,
        at index: inout Int,
        _ reception: Reception
    ) -> SyslogTime? {
        var hostname = 0..<0
        for count in 0..<3 {
            var end = index
            var isNumber = true
            while end < text.count, text[end] != UInt8(ascii: ":") {
                guard end &- index < 64, text[end] > 0x20, text[end] != 0x7F else { return nil }
                if MessageTime.digit(text[end]) == nil { isNumber = false }
                end &+= 1
            }
            guard end < text.count, isNumber || count == 1 else { return nil }
            if !isNumber { hostname = index..<end }
            index = Self.blanksEnd(text, from: end &+ 1)
            if let time = SyslogTime.parse(text, at: index, reception) {
                self.hostname = hostname
                isGuess = true
                return time
            }
        }
        return nil
    }

    /// Reads a tag where no time follows the priority.
    mutating func readUntimed(_ text: Span<UInt8>, from start: Int) {
        let index = start < text.count && text[start] == UInt8(ascii: " ") ? start &+ 1 : start
        if let tag = SyslogTag.parseUntimed(text, at: index) { take(tag, text) }
    }

    private mutating func readSender(_ text: Span<UInt8>, at index: Int, isCisco: Bool) {
        guard let end = SyslogWord.end(in: text, from: index) else {
            isGuess = true
            return
        }
        if let tag = SyslogTag.parse(text, word: index..<end) {
            take(tag, text)
            return
        }
        let next = end &+ 1
        if !isCisco, end < text.count, Self.mayBeHost(text, index..<end) {
            if let wordEnd = SyslogWord.end(in: text, from: next), let tag = SyslogTag.parse(text, word: next..<wordEnd)
            {
                hostname = index..<end
                take(tag, text)
                return
            }
            if readForwarded(text, at: index) { return }
            if next < text.count, Self.isHost(text, index..<end), !Self.isRepetition(text, at: index) {
                hostname = index..<end
                self.text = next
            }
        }
        isGuess = true
    }

    private mutating func take(_ tag: SyslogTag, _ text: Span<UInt8>) {
        var tag = tag
        if tag.name.isEmpty, text.count &- tag.next >= 2, text[tag.next &+ 1] == UInt8(ascii: "%"),
            let end = SyslogWord.end(in: text, from: tag.next &+ 1),
            let code = SyslogTag.parse(text, word: (tag.next &+ 1)..<end)
        {
            // Cisco's ASA: `host : %ASA-6-302013: text`.
            tag = code
        }
        appName = tag.name
        procid = tag.procid
        self.text = tag.next
        if self.text < text.count, text[self.text] == UInt8(ascii: " ") { self.text &+= 1 }
    }

    /// Reads what AIX sends: `Message forwarded from host: tag: text`.
    private mutating func readForwarded(_ text: Span<UInt8>, at index: Int) -> Bool {
        let words: StaticString = "Message forwarded from "
        guard Self.begins(text, at: index, with: words) else { return false }
        let start = index &+ words.utf8CodeUnitCount
        guard let end = SyslogWord.end(in: text, from: start), end &- start >= 2, text[end &- 1] == UInt8(ascii: ":")
        else { return false }
        hostname = start..<(end &- 1)
        isGuess = true
        self.text = min(end &+ 1, text.count)
        if let wordEnd = SyslogWord.end(in: text, from: self.text),
            let tag = SyslogTag.parse(text, word: self.text..<wordEnd)
        {
            take(tag, text)
        }
        return true
    }

    // MARK: hosts

    /// Whether a word before a tag can be the host's name.
    private static func mayBeHost(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard word.count <= SyslogWord.longest else { return false }
        for index in word {
            guard !SyslogWord.isLetterOrDigit(text[index]) else { continue }
            switch text[index] {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "@"),
                UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "["), UInt8(ascii: "]"), 0x80...:
                continue
            default: return false
            }
        }
        return true
    }

    /// Whether a word before other text is a host's name or address.
    private static func isHost(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard SyslogWord.isLetterOrDigit(text[word.lowerBound]) || text[word.lowerBound] == UInt8(ascii: ":") else {
            return false
        }
        var colons = 0
        var isHexadecimal = true
        for index in word {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "."): continue
            case UInt8(ascii: ":"): colons &+= 1
            case UInt8(ascii: "-"), UInt8(ascii: "_"): isHexadecimal = false
            default:
                guard SyslogWord.isLetterOrDigit(byte) else { return false }
                let isDigit = MessageTime.digit(byte) != nil || (byte | 0x20) &- UInt8(ascii: "a") < 6
                if !isDigit { isHexadecimal = false }
            }
        }
        return colons == 0 || colons >= 2 && isHexadecimal
    }

    /// What syslogd itself says instead of a message that came again.
    private static func isRepetition(_ text: Span<UInt8>, at index: Int) -> Bool {
        begins(text, at: index, with: "last message repeated ") || begins(text, at: index, with: "message repeated ")
    }

    private static func begins(_ text: Span<UInt8>, at index: Int, with words: StaticString) -> Bool {
        guard text.count &- index >= words.utf8CodeUnitCount else { return false }
        // Read within the call only.
        return words.withUTF8Buffer { words in
            for offset in 0..<words.count where text[index &+ offset] != words[offset] { return false }
            return true
        }
    }

    private static func blanksEnd(_ text: Span<UInt8>, from index: Int) -> Int {
        var index = index
        while index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
        return index
    }
}
