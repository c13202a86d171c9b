import LogRecords

/// Names of levels among the words of a header: they are neither hosts nor programs.
enum SyslogLevel {
    /// The facilities of RFC 3164 and of Kiwi's relay, in lower case; `local7` and `system5` by their digit.
    private static let facilities = KeywordTable(
        [
            "kern", "kernel", "user", "mail", "daemon", "auth", "security", "syslog", "lpr", "news", "uucp", "cron",
            "clock", "authpriv", "ftp", "ntp", "logaudit", "logalert", "console", "local", "system",
        ].map { (-1, $0) }
    )

    /// Whether a word is a level's name in any case, of three letters or more, bare or in brackets.
    static func isName(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard (3...24).contains(word.count) else { return false }
        let word = text.extracting(word)
        return LevelNames.trimmed(word).count >= 3 && LevelNames.shared.severity(named: word) != nil
    }

    /// Whether a word is a level's name in upper case: a host may well be called `alert`.
    static func isUpperName(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard (3...24).contains(word.count) else { return false }
        for index in word where ASCII.isLetter(text[index]) && !ASCII.isUpper(text[index]) {
            return false
        }
        return isName(text, word)
    }

    /// Whether a word may be `Facility.Level`; few hosts have such an ending.
    @inline(__always)
    static func mayBeOfFacility(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard word.count >= 7, ASCII.isUpper(text[word.lowerBound]) else { return false }
        return isOfFacility(text, word)
    }

    /// Whether a word is `Facility.Level`, as Kiwi's relay writes it before the host.
    static func isOfFacility(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard word.count <= 24 else { return false }
        var lower = InlineArray<24, UInt8>(repeating: 0)
        var count = 0
        var index = word.lowerBound
        while index < word.upperBound, text[index] != UInt8(ascii: ".") {
            let byte = text[index] | 0x20
            if ASCII.isLetter(byte) {
                lower[count] = byte
                count &+= 1
            } else if index &+ 1 < word.upperBound, text[index &+ 1] != UInt8(ascii: ".") {
                return false
            }
            index &+= 1
        }
        guard index < word.upperBound, facilities.index(of: lower.span.extracting(..<count)) != nil else {
            return false
        }
        return isName(text, (index &+ 1)..<word.upperBound)
    }
}
