import Linux
import LogBackends

/// Opens the backend that a configuration asks for. A new backend is one more line here.
enum BackendFactory {
    static let identifier = "sockserved"

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
        }
    }
}
