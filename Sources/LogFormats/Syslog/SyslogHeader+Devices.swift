import LogRecords

/// Reads headers that only the devices of one maker write.
extension SyslogHeader {
    /// Reads the form of NetApp's ONTAP: `[host:event:level]: text`, perhaps with the program in between.
    mutating func readEvent(_ text: Span<UInt8>, at index: Int) -> Bool {
        guard text[index] == UInt8(ascii: "[") else { return false }
        let first = index &+ 1
        var (host, previous, start) = (0..<0, 0..<0, first)
        var end = first
        while end < text.count, end &- first < SyslogWord.maxBytes, text[end] >= 0x20 {
            let isEnd = text[end] == UInt8(ascii: "]")
            if isEnd || text[end] == UInt8(ascii: ":") {
                let part = SyslogWord.trimmed(text, start..<end)
                guard !part.isEmpty else { return false }
                if isEnd {
                    guard !host.isEmpty, !previous.isEmpty, SyslogLevel.isName(text, part),
                        end &+ 1 < text.count, text[end &+ 1] == UInt8(ascii: ":")
                    else { return false }
                    (hostname, appName, level) = (host, previous, part)
                    self.text = SyslogWord.gapEnd(text, from: end &+ 2)
                    return true
                }
                if host.isEmpty { host = part } else { previous = part }
                start = end &+ 1
            }
            end &+= 1
        }
        return false
    }

    /// Reads the form of AIX: `Message forwarded from host: tag: text`.
    mutating func readForwarded(_ text: Span<UInt8>, at index: Int) -> Bool {
        let words: StaticString = "Message forwarded from "
        guard text.begins(with: words, at: index) else { return false }
        let start = index &+ words.utf8CodeUnitCount
        guard let end = SyslogWord.end(in: text, from: start), end &- start >= 2, text[end &- 1] == UInt8(ascii: ":")
        else { return false }
        hostname = start..<(end &- 1)
        self.text = min(end &+ 1, text.count)
        if let wordEnd = SyslogWord.end(in: text, from: self.text),
            let tag = SyslogTag.parse(text, word: self.text..<wordEnd)
        {
            take(tag, text)
        }
        return true
    }

    /// Reads `host mac,model-version: program: text`, as UniFi's small switches send it without a time.
    mutating func readUntimedModel(_ text: Span<UInt8>, at index: Int, _ context: ReceiveContext) -> Bool {
        guard let end = SyslogWord.end(in: text, from: index), end > index, end &+ 1 < text.count,
            SyslogHost.isHost(text, index..<end), let modelEnd = SyslogWord.end(in: text, from: end &+ 1),
            modelEnd &- end >= 2, text[modelEnd &- 1] == UInt8(ascii: ":"),
            SyslogHost.isModel(text, (end &+ 1)..<(modelEnd &- 1))
        else { return false }
        readIrregular(text, at: index, isCisco: false, context)
        return true
    }
}
