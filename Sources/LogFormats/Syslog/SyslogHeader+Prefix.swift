import LogRecords

/// Reads the words that Cisco's devices send before the time, or instead of it.
extension SyslogHeader {
    private enum Word {
        case counter, uptime, task, name, other
    }

    /// Reads up to four words that end with a colon, in any order, before a time or a `%FAC-n-MNEMONIC:`: counters,
    /// uptimes, `*Task`, the host, and the node that IOS XR glues to the time, before which a word may stand.
    ///
    /// - Returns: false when no time and no code follows, and nothing is changed then.
    mutating func readPrefix(_ text: Span<UInt8>, from start: Int, _ context: ReceiveContext) -> Bool {
        var index = start
        var host = 0..<0
        var task = 0..<0
        for count in 0..<5 {
            if index < text.count, text[index] == UInt8(ascii: "%"), count > 0, let end = wordEnd(text, index),
                let tag = SyslogTag.parseCode(text, word: index..<end) ?? SyslogTag.parse(text, word: index..<end),
                SyslogTag.isCode(text, tag.name)
            {
                isGuess = true
                hostname = host
                take(tag, text)
                return true
            }
            if count > 0, let time = WrittenTime.parse(text, at: index, context) {
                isGuess = true
                take(time, from: index, text, context)
                if hostname.isEmpty { hostname = host }
                if appName.isEmpty { appName = task }
                return true
            }
            guard count < 4, let end = colon(text, from: &index, &host) else { return false }
            let word = index..<end
            switch Self.kind(of: word, text) {
            case .counter, .uptime: break
            case .task: task = (word.lowerBound &+ 1)..<word.upperBound
            case .name:
                // The node of IOS XR is the host only where no other word is.
                let isNode = text.extracting(word).contains(UInt8(ascii: "/"))
                guard host.isEmpty || isNode else { return false }
                if host.isEmpty { host = word }
            case .other: return false
            }
            index = SyslogWord.blanksEnd(text, from: end &+ 1)
        }
        return false
    }

    /// Where the word at `index` ends with a colon; a host may stand before it, and a blank before the colon.
    private func colon(_ text: Span<UInt8>, from index: inout Int, _ host: inout Range<Int>) -> Int? {
        var end = nameEnd(text, index)
        guard end < text.count else { return nil }
        if text[end] == UInt8(ascii: ":") { return uptimeEnd(text, index) ?? end }
        guard text[end] == UInt8(ascii: " "), end > index, end &+ 1 < text.count else { return nil }
        if text[end &+ 1] == UInt8(ascii: ":") {
            // `host : time`.
            let word = index..<end
            guard host.isEmpty, Self.kind(of: word, text) == .name else { return nil }
            host = word
            index = end &+ 1
            return index
        }
        let word = index..<end
        let next = end &+ 1
        end = nameEnd(text, next)
        guard host.isEmpty, end < text.count, text[end] == UInt8(ascii: ":"), SyslogHost.isHost(text, word),
            text.extracting(next..<end).contains(UInt8(ascii: "/"))
        else { return nil }
        host = word
        index = next
        return end
    }

    private func nameEnd(_ text: Span<UInt8>, _ index: Int) -> Int {
        var end = index
        let maxEnd = min(text.count, index &+ 64)
        while end < maxEnd, text[end] > 0x20, text[end] != 0x7F, text[end] != UInt8(ascii: ":") { end &+= 1 }
        return end == maxEnd ? text.count : end
    }

    private func wordEnd(_ text: Span<UInt8>, _ index: Int) -> Int? { SyslogWord.end(in: text, from: index) }

    /// Where an uptime ends that has colons itself: `00:20:10:`.
    private func uptimeEnd(_ text: Span<UInt8>, _ index: Int) -> Int? {
        guard text.count &- index >= 9, MessageTime.secondOfDay(text, at: index) != nil,
            text[index &+ 8] == UInt8(ascii: ":")
        else { return nil }
        return index &+ 8
    }

    private static func kind(of word: Range<Int>, _ text: Span<UInt8>) -> Word {
        guard !word.isEmpty else { return .counter }
        let first = text[word.lowerBound]
        if first == UInt8(ascii: "*") { return word.count > 1 ? .task : .other }
        guard ASCII.digit(first) != nil else {
            return SyslogHost.mayBeHost(text, word) ? .name : .other
        }
        // `1w2d`, `2y3w`, `00:20:10`.
        var isNumber = true
        for index in word where ASCII.digit(text[index]) == nil {
            switch text[index] {
            case UInt8(ascii: "y"), UInt8(ascii: "w"), UInt8(ascii: "d"), UInt8(ascii: "h"), UInt8(ascii: ":"):
                isNumber = false
            default: return SyslogHost.mayBeHost(text, word) ? .name : .other
            }
        }
        return isNumber ? .counter : .uptime
    }
}

extension Span<UInt8> {
    /// Whether a byte is among these.
    func contains(_ byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }
}
