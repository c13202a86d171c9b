import LogRecords

/// Reads the header of RFC 5424 as most senders write it, in a message of printable ASCII (0x20 to 0x7E).
extension SyslogHeader {
    private static let blank = UInt8(ascii: " ")

    /// Does what `readRFC5424` does, in fewer steps: words end at the next blank.
    ///
    /// - Returns: false where something is not as in most messages; then the header is as it was.
    mutating func readPlainRFC5424(_ text: Span<UInt8>, from start: Int, _ last: inout LastHeader) -> Bool {
        guard text.count &- start >= 2, text[start] == UInt8(ascii: "1"), text[start &+ 1] == Self.blank,
            let timestamp = Self.plainWord(text, at: start &+ 2),
            let time = last.times.time(text.extracting(timestamp)),
            let hostname = Self.plainWord(text, at: timestamp.upperBound &+ 1),
            let appName = Self.plainWord(text, at: hostname.upperBound &+ 1),
            let procid = Self.plainWord(text, at: appName.upperBound &+ 1),
            let msgid = Self.plainWord(text, at: procid.upperBound &+ 1)
        else { return false }
        let data = msgid.upperBound &+ 1
        guard let end = dataEnd(text, from: data, &last), end == text.count || text[end] == Self.blank
        else { return false }
        self.timestamp = timestamp
        claimedTime = time
        self.hostname = Self.value(hostname, text)
        self.appName = Self.value(appName, text)
        self.procid = Self.value(procid, text)
        self.msgid = Self.value(msgid, text)
        if text[data] == UInt8(ascii: "[") { structuredData = data..<end }
        self.text = min(end &+ 1, text.count)
        return true
    }

    /// Does what `readSender` does, in fewer steps: a host that looks like nothing else, and a tag with a process.
    ///
    /// - Returns: false where something is not as in most messages; then the header is as it was.
    @inline(__always)
    mutating func readPlainSender(_ text: Span<UInt8>, at start: Int) -> Bool {
        var end = start
        while end < text.count, SyslogHost.isUsual(text[unchecked: end]) { end &+= 1 }
        // A level's name is in upper case, or begins so.
        guard end > start, end &- start <= SyslogWord.maxBytes, end < text.count, text[end] == Self.blank,
            !ASCII.isUpper(text[start]), !ASCII.isUpper(text[end &- 1]), text[end &- 1] != UInt8(ascii: "-")
        else { return false }
        let host = start..<end
        let tag = end &+ 1
        end = ByteScan.firstIndex(in: text, from: tag) { ByteScan.marks(of: Self.blank, in: $0) }
        guard end &- tag >= 5, end &- tag <= SyslogWord.maxBytes, text[end &- 1] == UInt8(ascii: ":"),
            text[end &- 2] == UInt8(ascii: "]"), ASCII.isLetterOrDigit(text[tag])
        else { return false }
        var open = end &- 3
        while open > tag, text[open] != UInt8(ascii: "[") { open &-= 1 }
        guard open > tag, open < end &- 3, text[open &- 1] != UInt8(ascii: ":") else { return false }
        hostname = host
        appName = tag..<open
        procid = (open &+ 1)..<(end &- 2)
        self.text = min(end &+ 1, text.count)
        return true
    }

    /// The word at `start` that a blank follows; nil when it is empty, or an event in CEF or LEEF begins there.
    @inline(__always)
    private static func plainWord(_ text: Span<UInt8>, at start: Int) -> Range<Int>? {
        let end = ByteScan.firstIndex(in: text, from: start) { ByteScan.marks(of: blank, in: $0) }
        guard end > start, end < text.count, !isEventFormat(text, at: start) else { return nil }
        return Range(uncheckedBounds: (start, end))
    }

    /// The word, or an empty range for the NILVALUE.
    @inline(__always)
    private static func value(_ word: Range<Int>, _ text: Span<UInt8>) -> Range<Int> {
        let isNil = word.count == 1 && text[word.lowerBound] == UInt8(ascii: "-")
        return isNil ? word.lowerBound..<word.lowerBound : word
    }

    /// Where the structured data ends; nil when it is broken, has an escape or too many parts.
    @inline(__always)
    private mutating func dataEnd(_ text: Span<UInt8>, from start: Int, _ last: inout LastHeader) -> Int? {
        guard start < text.count else { return nil }
        guard text[start] != UInt8(ascii: "-") else { return start &+ 1 }
        guard !needsParts else { return plainDataEnd(text, from: start) }
        if last.hasData(in: text, at: start) { return start &+ last.data.count }
        guard let end = plainDataEnd(text, from: start) else { return nil }
        last.keep(text.extracting(start..<end))
        return end
    }

    @inline(never)
    private mutating func plainDataEnd(_ text: Span<UInt8>, from start: Int) -> Int? {
        if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
        var index = start
        var count = 0
        while index < text.count, text[index] == UInt8(ascii: "[") {
            guard let id = Self.plainName(text, at: index &+ 1), count < StructuredDataReader.maxElements else {
                return nil
            }
            count &+= 1
            if needsParts { parts.append(.element(id: id)) }
            index = id.upperBound
            while index < text.count, text[index] == Self.blank {
                while index < text.count, text[index] == Self.blank { index &+= 1 }
                guard index < text.count, text[index] != UInt8(ascii: "]") else { break }
                guard let name = Self.plainName(text, at: index), text.count &- name.upperBound >= 2,
                    text[name.upperBound] == UInt8(ascii: "="), text[name.upperBound &+ 1] == UInt8(ascii: "\""),
                    let value = Self.plainValue(text, at: name.upperBound &+ 2),
                    count < StructuredDataReader.maxElements
                else { return nil }
                count &+= 1
                if needsParts { parts.append(.parameter(name: name, value: value, isEscaped: false)) }
                index = value.upperBound &+ 1
            }
            guard index < text.count, text[index] == UInt8(ascii: "]") else { return nil }
            if needsParts { parts.append(.elementEnd) }
            index &+= 1
        }
        return index > start ? index : nil
    }

    /// The name at `start`; nil when it is empty or has a brace, which only the general reader tells from a bracket.
    @inline(__always)
    private static func plainName(_ text: Span<UInt8>, at start: Int) -> Range<Int>? {
        let end = ByteScan.firstIndex(in: text, from: start) { word in
            // Without these bits `=`, `]` and `}` are one byte, and so are a blank and `"`.
            ByteScan.marks(of: 0x1D, in: word & ~(0x60 &* ByteScan.everyByte))
                | ByteScan.marks(of: blank, in: word & ~(0x02 &* ByteScan.everyByte))
        }
        guard end > start, end < text.count, text[end] != UInt8(ascii: "}") else { return nil }
        return Range(uncheckedBounds: (start, end))
    }

    /// The value up to the next quotation mark; nil when a backslash stands before it.
    @inline(__always)
    private static func plainValue(_ text: Span<UInt8>, at start: Int) -> Range<Int>? {
        let end = ByteScan.firstIndex(in: text, from: start) { word in
            ByteScan.marks(of: UInt8(ascii: "\""), in: word) | ByteScan.marks(of: UInt8(ascii: "\\"), in: word)
        }
        guard end < text.count, text[end] == UInt8(ascii: "\"") else { return nil }
        return Range(uncheckedBounds: (start, end))
    }
}

extension SyslogHeader {
    /// What the last header had that the next one often has again.
    struct LastHeader: Sendable {
        /// Longer structured data differs from message to message.
        private static let maxBytes = 128

        var times = RFC3339Reader()
        var writtenTimes = WrittenTimeReader()
        /// Its structured data: the same bytes end at the same place.
        private(set) var data: [UInt8] = []

        @inline(__always)
        func hasData(in text: Span<UInt8>, at start: Int) -> Bool {
            !data.isEmpty && text.count &- start >= data.count
                && text.extracting(start..<(start &+ data.count)).isEqual(to: data.span)
        }

        mutating func keep(_ data: Span<UInt8>) {
            guard data.count <= Self.maxBytes else { return }
            if !self.data.isEmpty { self.data.removeAll(keepingCapacity: true) }
            self.data.append(data)
        }
    }
}
