import Linux
import LogBackends

/// Opens the backend that a configuration asks for. A new backend is one more line here.
enum BackendFactory {
    static let identifier = "sockserved"

    /// The backend that the configuration asks for, where the daemon runs now.
    static func select(for configuration: Configuration) -> BackendSelector.Backend {
        BackendSelector.select(configuration.logBackend, on: .current(logFile: configuration.logFile))
    }

    static func open(
        _ backend: BackendSelector.Backend,
        _ configuration: Configuration
    ) throws(SystemError) -> any LogBackend {
        switch backend {
        case .journald:
            try JournaldBackend(
                identifier: identifier,
                senders: configuration.senderIdentifiers,
                facility: configuration.syslogFacility
            )
        case .syslog:
            try SyslogBackend(
                identifier: identifier,
                senders: configuration.senderIdentifiers,
                facility: configuration.syslogFacility
            )
        case .file:
            try FileBackend(
                path: configuration.logFile,
                format: configuration.logFormat,
                sync: configuration.logSync
            )
        case .stderr: StandardStreamBackend(.stderr, format: configuration.logFormat)
        case .stdout: StandardStreamBackend(.stdout, format: configuration.logFormat)
        }
    }
}
