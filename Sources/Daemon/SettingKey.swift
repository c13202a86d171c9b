/// What can be set once for the whole daemon, by its name in the configuration file.
package enum SettingKey: String, Sendable, CaseIterable {
    case logBackend = "log_backend"
    case logLevel = "log_level"
    case logFile = "log_file"
    case logFormat = "log_format"
    case logSync = "log_sync"
    case syslogFacility = "syslog_facility"
    case idleTimeout = "idle_timeout"
    case maxConnections = "max_connections"
    case messageLimit = "message_limit"
    case queueSize = "queue_size"
    case drainTimeout = "drain_timeout"
    case exitIdleTime = "exit_idle_time"
    case threads

    /// The flag that says the same: `--log-backend` for `log_backend`.
    package var flag: String {
        "--" + String(rawValue.map { $0 == "_" ? "-" : $0 })
    }

    /// Whether a file may give a number, without quotes, where a flag gives text.
    var takesNumbers: Bool {
        switch self {
        case .logBackend, .logLevel, .logFile, .logFormat, .logSync, .syslogFacility: false
        case .idleTimeout, .maxConnections, .messageLimit, .queueSize, .drainTimeout, .exitIdleTime, .threads: true
        }
    }
}

/// What can be set for one listener, by its name in a `[[listener]]` table.
package enum ListenerKey: String, Sendable, CaseIterable {
    case name
    case protocolName = "protocol"
    case address
    case idleTimeout = "idle_timeout"
    case maxConnections = "max_connections"
    case messageLimit = "message_limit"

    /// Whether a file may give a number, without quotes.
    var takesNumbers: Bool {
        switch self {
        case .name, .protocolName, .address: false
        case .idleTimeout, .maxConnections, .messageLimit: true
        }
    }
}
