import LogRecords

/// Makes severities of what logging libraries call them.
struct JSONLevel: Sendable {
    /// The names, in lower case; they count in any case.
    ///
    /// Nothing that a library calls fatal or panic is an emergency: those reach every terminal of the host.
    private static let names: [(Severity, [StaticString])] = [
        (.emergency, ["emerg", "emergency"]),
        (.alert, ["alert"]),
        (.critical, ["crit", "critical", "fatal", "panic", "dpanic", "f", "c"]),
        (.error, ["err", "error", "severe", "e"]),
        (.warning, ["warn", "warning", "w"]),
        (.notice, ["notice", "success", "n"]),
        (.informational, ["info", "information", "informational", "default", "http", "i"]),
        (.debug, ["debug", "dbg", "trace", "verbose", "silly", "fine", "finer", "finest", "d", "t", "v"]),
    ]
    private static let longest = 16

    private let table: KeywordTable
    private let severities: [Severity]

    init() {
        table = KeywordTable(Self.names.flatMap(\.1).map { (-1, $0.description) })
        severities = Self.names.flatMap { severity, names in names.map { _ in severity } }
    }

    /// The severity of that name, or of one of slog's with an offset, such as `INFO+2`.
    func severity(named name: Span<UInt8>) -> Severity? {
        var lower = InlineArray<16, UInt8>(repeating: 0)
        guard name.count <= Self.longest else { return nil }
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
        guard digits.count <= 4, let offset = JSONValue.integer(digits), let place = table.index(of: name) else {
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

    /// The severity of a number that may be of several kinds: syslog's 0 to 7, pino's and bunyan's 10 to 60, Google's
    /// 100 to 800; below and between them are slog's -8 to 9. In-between numbers count as the next lower one.
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

    /// The severity of a number of Python's `logging`, as systemd's JournalHandler maps it.
    static func severity(python number: Int64) -> Severity {
        switch number {
        case ...10: .debug
        case ...20: .informational
        case ...30: .warning
        case ...40: .error
        case ...50: .critical
        default: .alert
        }
    }
}
