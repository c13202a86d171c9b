import LogRecords

/// Finds severities by the level names of logging libraries: the one table for all formats.
struct LevelNames: Sendable {
    static let shared = LevelNames()

    /// The names, in lower case; they count in any case.
    ///
    /// Nothing that a library calls fatal or panic is an emergency: those reach every terminal of the host.
    private static let names: [(Severity, [StaticString])] = [
        (.emergency, ["emerg", "emergency", "emg", "emr"]),
        (.alert, ["alert", "alrt", "alr"]),
        (
            .critical,
            ["crit", "critical", "crt", "cri", "fatal", "ftl", "fat", "panic", "pnc", "dpanic", "f", "c"]
        ),
        (.error, ["err", "error", "eror", "erro", "severe", "sev", "failure", "e"]),
        (.warning, ["warn", "warning", "wrn", "war", "w"]),
        (.notice, ["notice", "noti", "ntc", "note", "success", "scs", "system", "n"]),
        (
            .informational,
            ["info", "information", "informational", "inf", "log", "config", "default", "http", "i"]
        ),
        (
            .debug,
            [
                "debug", "debug1", "debug2", "debug3", "debug4", "debug5", "dbg", "debg", "trace", "trc", "trac",
                "verbose", "verb", "vrb", "silly", "spam", "fine", "finer", "finest", "d", "d1", "d2", "d3", "d4",
                "d5", "t", "v",
            ]
        ),
    ]
    private static let maxNameBytes = 16

    private let table: KeywordTable
    private let severities: [Severity]

    init() {
        // Names in small letters, in capitals and with one capital in front are found at once.
        let names = Self.names.flatMap { severity, names in
            names.map(\.description).flatMap { name in
                [name, name.uppercased(), name.prefix(1).uppercased() + name.dropFirst()].map { (severity, $0) }
            }
        }
        table = KeywordTable(names.map { (-1, $0.1) })
        severities = names.map(\.0)
    }

    /// The severity of that name, or of one of slog's with an offset, such as `INFO+2`.
    ///
    /// Blanks, brackets and terminal colours around the name do not matter; see `trimmed`.
    func severity(named name: Span<UInt8>) -> Severity? {
        if let index = table.index(of: name) { return severities[index] }
        return decoratedSeverity(named: name)
    }

    @inline(never)
    private func decoratedSeverity(named name: Span<UInt8>) -> Severity? {
        let name = name.extracting(Self.trimmed(name))
        var lower = InlineArray<16, UInt8>(repeating: 0)
        guard name.count <= Self.maxNameBytes else { return nil }
        var index = 0
        while index < name.count {
            let byte = name[index]
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                return severity(named: lower.span.extracting(..<index), offset: name.extracting(index...))
            }
            lower[index] = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
            index &+= 1
        }
        return table.index(of: lower.span.extracting(..<index)).map { severities[$0] }
    }

    private func severity(named name: Span<UInt8>, offset: Span<UInt8>) -> Severity? {
        let digits = offset[0] == UInt8(ascii: "+") ? offset.extracting(1...) : offset
        guard digits.count <= 4, !digits.isEmpty, digits[0] != UInt8(ascii: "+"), let offset = Int64(decimal: digits),
            let place = table.index(of: name)
        else {
            return nil
        }
        let number: Int64
        switch severities[place] {
        case .debug: number = -4 &+ offset
        case .informational: number = offset
        case .warning: number = 4 &+ offset
        case .error: number = 8 &+ offset
        default: return nil
        }
        switch number {
        case ..<0: return .debug
        case 0..<2: return .informational
        case 2..<4: return .notice
        case 4..<8: return .warning
        case 8..<12: return .error
        default: return .critical
        }
    }

    /// Where a level's name is in a text that may have blanks, brackets, a colon and terminal colours around it.
    @inline(__always)
    static func trimmed(_ text: Span<UInt8>) -> Range<Int> {
        // Most have nothing around them.
        let end = text.count
        if end > 0, ASCII.isLetter(text[0]), ASCII.isLetter(text[end &- 1]), text[end &- 1] != UInt8(ascii: "m") {
            return 0..<end
        }
        return trimmedSlowly(text)
    }

    private static func trimmedSlowly(_ text: Span<UInt8>) -> Range<Int> {
        var (start, end) = (0, text.count)
        while start < end {
            if isAround(text[start]) {
                start &+= 1
            } else if let next = colourEnd(text, from: start) {
                start = next
            } else {
                break
            }
        }
        while end > start {
            if isAround(text[end &- 1]) {
                end &-= 1
            } else if text[end &- 1] == UInt8(ascii: "m"), let colour = colourStart(text, from: start, to: end) {
                end = colour
            } else {
                break
            }
        }
        return start..<end
    }

    private static func isAround(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x20, UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// Where a terminal's colour sequence ends that begins at `index`: `ESC [ 1 ; 31 m`.
    private static func colourEnd(_ text: Span<UInt8>, from index: Int) -> Int? {
        guard text.count &- index >= 3, text[index] == 0x1B, text[index &+ 1] == UInt8(ascii: "[") else { return nil }
        var end = index &+ 2
        while end < text.count, text[end] == UInt8(ascii: ";") || text[end] &- UInt8(ascii: "0") < 10 { end &+= 1 }
        return end < text.count && text[end] == UInt8(ascii: "m") ? end &+ 1 : nil
    }

    private static func colourStart(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var index = end &- 2
        while index > start, text[index] == UInt8(ascii: ";") || text[index] &- UInt8(ascii: "0") < 10 { index &-= 1 }
        guard index > start, text[index] == UInt8(ascii: "["), text[index &- 1] == 0x1B else { return nil }
        return index &- 1
    }

    // MARK: numbers

    /// The severity of a number that may be of several kinds: syslog's 0 to 7, pino's and bunyan's 10 to 60, Google's
    /// 100 to 800; below and between them are slog's -8 to 9.
    ///
    /// In-between numbers count as the next lower one.
    static func severity(number: Int64) -> Severity? {
        switch number {
        case -8..<0: .debug
        case 0..<8: Severity(rawValue: UInt8(truncatingIfNeeded: number))
        case 8..<10: .error
        case 10..<30: .debug
        case 30..<40: .informational
        case 40..<50: .warning
        case 50..<60: .error
        case 60..<100: .critical
        case 100..<200: .debug
        case 200..<300: .informational
        case 300..<400: .notice
        case 400..<500: .warning
        case 500..<600: .error
        case 600..<700: .critical
        case 700..<800: .alert
        case 800: .emergency
        default: nil
        }
    }

    /// The severity of OpenTelemetry's `severityNumber`, 1 to 24; nil for any other number.
    static func severity(openTelemetry number: Int64) -> Severity? {
        switch number {
        case 1...8: .debug
        case 9...12: .informational
        case 13...16: .warning
        case 17...20: .error
        case 21...24: .critical
        default: nil
        }
    }

    /// The severity of MySQL's `prio`: system, error, warning, note.
    static func severity(mySQL number: Int64) -> Severity? {
        switch number {
        case 0, 3: .notice
        case 1: .error
        case 2: .warning
        default: nil
        }
    }
}
