/// Levels of Python's `logging`.
extension Severity {
    /// The severity of a level's number, as systemd's JournalHandler maps it: a number between two of Python's own
    /// counts as the higher of them.
    package init(pythonLevel number: Double) {
        switch number {
        case ...10: self = .debug
        case ...20: self = .informational
        case ...30: self = .warning
        case ...40: self = .error
        case ...50: self = .critical
        default: self = .alert
        }
    }

    /// The level's name in Python's `logging`: its own five names, and syslog's for the three that it lacks.
    public var pythonName: StaticString {
        switch self {
        case .emergency: "EMERGENCY"
        case .alert: "ALERT"
        case .critical: "CRITICAL"
        case .error: "ERROR"
        case .warning: "WARNING"
        case .notice: "NOTICE"
        case .informational: "INFO"
        case .debug: "DEBUG"
        }
    }

    /// The level's number in Python's `logging`; the three that Python lacks lie between and above its own.
    public var pythonNumber: Int {
        switch self {
        case .emergency: 70
        case .alert: 60
        case .critical: 50
        case .error: 40
        case .warning: 30
        case .notice: 25
        case .informational: 20
        case .debug: 10
        }
    }
}
