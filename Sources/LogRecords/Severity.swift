/// How urgent a record is: the eight levels of syslog (RFC 5424, section 6.2.1) and of journald's `PRIORITY`.
public enum Severity: UInt8, Sendable, CaseIterable, Comparable {
    case emergency = 0
    case alert = 1
    case critical = 2
    case error = 3
    case warning = 4
    case notice = 5
    case informational = 6
    case debug = 7

    /// The more urgent severity is the greater one, so that `severity >= threshold` reads as meant.
    public static func < (lhs: Severity, rhs: Severity) -> Bool {
        lhs.rawValue > rhs.rawValue
    }

    /// The name used in flags and configuration files, from `debug` and `info` to `emergency`.
    public var name: String {
        switch self {
        case .emergency: "emergency"
        case .alert: "alert"
        case .critical: "critical"
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .informational: "info"
        case .debug: "debug"
        }
    }

    /// The severity with that `name`; nil when there is none.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// The severity by one of its usual names, in any case: those of `name`, of syslog and journalctl (`emerg`, `crit`,
    /// `err`, `warn`; syslog(3)) and of Python (`FATAL`), or its number, `0` to `7`.
    public init?(anyName text: String) {
        switch text.lowercased() {
        case "emerg", "panic": self = .emergency
        case "crit", "fatal": self = .critical
        case "err": self = .error
        case "warn": self = .warning
        case "informational": self = .informational
        case let word:
            let number = word.utf8.count == 1 ? UInt8(word) : nil
            guard let found = Self(name: word) ?? number.flatMap(Self.init(rawValue:)) else { return nil }
            self = found
        }
    }
}
