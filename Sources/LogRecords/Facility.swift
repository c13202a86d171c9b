/// The part of a system that a syslog record comes from (RFC 5424, section 6.2.1).
public enum Facility: UInt8, Sendable, CaseIterable {
    case kern = 0
    case user = 1
    case mail = 2
    case daemon = 3
    case auth = 4
    case syslog = 5
    case lpr = 6
    case news = 7
    case uucp = 8
    case cron = 9
    case authpriv = 10
    case ftp = 11
    case ntp = 12
    case security = 13
    case console = 14
    case clock = 15
    case local0 = 16
    case local1 = 17
    case local2 = 18
    case local3 = 19
    case local4 = 20
    case local5 = 21
    case local6 = 22
    case local7 = 23

    /// The name used in flags, configuration files and by `logger -p`.
    ///
    /// Written out, because reflection would take a fifth of the time of a start.
    public var name: String {
        switch self {
        case .kern: "kern"
        case .user: "user"
        case .mail: "mail"
        case .daemon: "daemon"
        case .auth: "auth"
        case .syslog: "syslog"
        case .lpr: "lpr"
        case .news: "news"
        case .uucp: "uucp"
        case .cron: "cron"
        case .authpriv: "authpriv"
        case .ftp: "ftp"
        case .ntp: "ntp"
        case .security: "security"
        case .console: "console"
        case .clock: "clock"
        case .local0: "local0"
        case .local1: "local1"
        case .local2: "local2"
        case .local3: "local3"
        case .local4: "local4"
        case .local5: "local5"
        case .local6: "local6"
        case .local7: "local7"
        }
    }

    /// The facility with that `name`; nil when there is none.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
