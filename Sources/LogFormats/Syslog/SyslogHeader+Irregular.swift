import LogRecords

/// Reads headers that have more between the time and the text than a host and a tag.
extension SyslogHeader {
    /// More words than this are not looked at.
    private static let maxWords = 8

    /// The words that have been read so far.
    private struct Words {
        var index: Int
        var host = 0..<0
        /// Where the text begins if no tag follows.
        var text: Int
        var isNil = false
        var hasSecondTime = false
        /// Whether a word has been passed over that belongs to the host.
        var hasModel = false
        var level = 0..<0
    }

    /// Reads levels, facilities, models, second times, programs of two words, and other words that real devices put
    /// there.
    ///
    /// Messages that are read here are kept as received, too.
    mutating func readIrregular(_ text: Span<UInt8>, at start: Int, isCisco: Bool, _ context: ReceiveContext) {
        isGuess = true
        var words = Words(index: start, text: start)
        for _ in 0..<Self.maxWords {
            if Self.isEventFormat(text, at: words.index) { break }
            let end = SyslogWord.wordEnd(in: text, from: words.index)
            let word = words.index..<end
            guard !word.isEmpty else { break }
            if words.host.isEmpty, !words.isNil, !words.hasModel, readFirst(text, word, &words) {
                if words.index < 0 { return }
                continue
            }
            if let tag = tag(text, word, words, isCisco: isCisco) { return take(tag, words, text) }
            guard pass(text, word, &words, isCisco: isCisco, context) else { break }
        }
        if readForwarded(text, at: start) { return }
        resolve(words, text)
    }

    /// Reads the first word: the NILVALUE, a level, a facility with a level, or ONTAP's event, which ends the header
    /// and sets the index to -1.
    ///
    /// - Returns: whether it was one of these.
    private mutating func readFirst(_ text: Span<UInt8>, _ word: Range<Int>, _ words: inout Words) -> Bool {
        let next = SyslogWord.gapEnd(text, from: word.upperBound)
        if word.count == 1, text[word.lowerBound] == UInt8(ascii: "-") {
            words.isNil = true
            words.index = next
            words.text = next
            if readDashed(text, at: next) { words.index = -1 }
            return true
        }
        if readEvent(text, at: word.lowerBound) {
            words.index = -1
            return true
        }
        if words.level.isEmpty, SyslogLevel.isUpperName(text, word) {
            // It is a level only with a tag after it, otherwise text.
            words.level = word
            words.index = next
            words.isNil = true
            return true
        }
        guard SyslogLevel.isOfFacility(text, word), next < text.count else { return false }
        let following = next..<SyslogWord.wordEnd(in: text, from: next)
        guard !following.isEmpty, SyslogHost.mayBeHost(text, following), SyslogTag.parse(text, word: following) == nil
        else { return false }
        words.index = next
        words.text = next
        return true
    }

    /// Passes over a word that is not a tag.
    ///
    /// - Returns: false when the header ends before it.
    private func pass(
        _ text: Span<UInt8>,
        _ word: Range<Int>,
        _ words: inout Words,
        isCisco: Bool,
        _ context: ReceiveContext
    ) -> Bool {
        let next = SyslogWord.gapEnd(text, from: word.upperBound)
        let isModel =
            text[word.upperBound &- 1] == UInt8(ascii: ":")
            && SyslogHost.isModel(text, word.lowerBound..<(word.upperBound &- 1))
        if isModel {
            if words.host.isEmpty { words.host = word.lowerBound..<(word.upperBound &- 1) }
            words.hasModel = true
            words.index = next
            words.text = next
            return true
        }
        guard !words.host.isEmpty else {
            guard !words.isNil, !isCisco, next < text.count, SyslogHost.mayBeHost(text, word) else { return false }
            words.host = word
            words.index = next
            return true
        }
        if words.level.isEmpty, SyslogLevel.isName(text, word) {
            words.level = word
            words.index = next
            return true
        }
        if !words.hasSecondTime, let end = secondTime(text, at: word.lowerBound, context) {
            words.hasSecondTime = true
            words.index = SyslogWord.gapEnd(text, from: end)
            return true
        }
        guard words.hasSecondTime, text.extracting(word).isEqual(to: text.extracting(words.host)) else { return false }
        words.index = next
        return true
    }

    /// Where a second time ends, in parentheses or not.
    private func secondTime(_ text: Span<UInt8>, at index: Int, _ context: ReceiveContext) -> Int? {
        guard text[index] == UInt8(ascii: "(") else { return WrittenTime.parse(text, at: index, context)?.next }
        var end = index &+ 1
        while end < text.count, end &- index < 64, text[end] != UInt8(ascii: ")") { end &+= 1 }
        guard end < text.count, text[end] == UInt8(ascii: ")"),
            WrittenTime.read(text.extracting((index &+ 1)..<end), context) != nil
        else { return nil }
        return end &+ 1
    }

    // MARK: tags

    /// Reads a word as a tag, as the words before it allow.
    private func tag(_ text: Span<UInt8>, _ word: Range<Int>, _ words: Words, isCisco: Bool) -> SyslogTag? {
        if let tag = SyslogTag.parse(text, word: word) {
            return tag.procid.isEmpty && SyslogHost.isModel(text, tag.name) ? nil : tag
        }
        if let tag = SyslogTag.parseCode(text, word: word) { return tag }
        guard !words.host.isEmpty, SyslogHost.isHost(text, words.host) else { return nil }
        if words.level.isEmpty, !SyslogLevel.isName(text, word), let tag = SyslogTag.parseTwoWords(text, first: word) {
            return tag
        }
        return SyslogTag.parseGlued(text, word: word)
    }

    private mutating func take(_ tag: SyslogTag, _ words: Words, _ text: Span<UInt8>) {
        hostname = words.host
        level = words.level
        take(tag, text)
    }

    /// Reads `name - LEVEL - text`, as Python's formatters often have it.
    private mutating func readDashed(_ text: Span<UInt8>, at index: Int) -> Bool {
        let name = index..<SyslogWord.wordEnd(in: text, from: index)
        guard !name.isEmpty, name.upperBound &+ 3 < text.count, SyslogWord.isDash(text, at: name.upperBound) else {
            return false
        }
        let start = name.upperBound &+ 3
        let level = start..<SyslogWord.wordEnd(in: text, from: start)
        guard SyslogLevel.isUpperName(text, level), SyslogWord.isDash(text, at: level.upperBound) else { return false }
        appName = name
        self.level = level
        self.text = level.upperBound &+ 3
        return true
    }

    // MARK: text

    /// Ends a header without a tag: the host is a guess, and all words that are not certainly of the header are text.
    private mutating func resolve(_ words: Words, _ text: Span<UInt8>) {
        self.text = words.text
        guard !words.host.isEmpty else { return }
        if words.hasModel {
            hostname = words.host
            return
        }
        let next = words.host.upperBound &+ 1
        guard next < text.count, SyslogHost.isHost(text, words.host),
            !Self.isRepetition(text, at: words.host.lowerBound)
        else { return }
        hostname = words.host
        self.text = next
    }

    /// Whether syslogd's own note about a repeated message begins here.
    private static func isRepetition(_ text: Span<UInt8>, at index: Int) -> Bool {
        text.begins(with: "last message repeated ", at: index)
            || text.begins(with: "message repeated ", at: index)
    }

    /// Whether an event in CEF or LEEF begins at `index`: the header is over.
    @inline(__always)
    static func isEventFormat(_ text: Span<UInt8>, at index: Int) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: "C") || text[index] == UInt8(ascii: "L") else {
            return false
        }
        guard text.begins(with: "CEF:", at: index) || text.begins(with: "LEEF:", at: index)
        else { return false }
        let digit = index &+ (text[index] == UInt8(ascii: "C") ? 4 : 5)
        return digit < text.count && ASCII.digit(text[digit]) != nil
    }
}
