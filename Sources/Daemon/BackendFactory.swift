import LogBackends

/// Makes the backend that a configuration asks for. A new backend is one more line here.
enum BackendFactory {
    static let identifier = "sockserved"

    /// The backend that the configuration asks for, where the daemon runs now.
    static func select(for configuration: Configuration) -> BackendSelector.Backend {
        BackendSelector.select(configuration.logBackend, on: .current(logFile: configuration.logFile))
    }

    static func make(_ backend: BackendSelector.Backend, _ configuration: Configuration) -> any LogBackend {
        switch backend {
        case .journald:
            JournaldBackend(
                identifier: identifier,
                senders: configuration.senderIdentifiers,
                facility: configuration.syslogFacility,
                fieldPrefix: "SOCKSERVED_"
            )
        case .syslog:
            SyslogBackend(
                identifier: identifier,
                senders: configuration.senderIdentifiers,
                facility: configuration.syslogFacility
            )
        case .file:
            FileBackend(
                path: configuration.logFile,
                format: configuration.logFormat,
                sync: configuration.logSync,
                program: identifier
            )
        case .stderr: StandardStreamBackend(.stderr, format: configuration.logFormat, program: identifier)
        case .stdout: StandardStreamBackend(.stdout, format: configuration.logFormat, program: identifier)
        }
    }
}
