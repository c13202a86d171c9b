import LogBackends

/// Makes the backend that a configuration asks for. A new backend is one more line here.
enum BackendFactory {
    static let identifier = "sockserved"

    /// The backend that the configuration asks for, or the best that there is where the daemon runs now.
    ///
    /// A backend that is asked for stays also when it is not there: opening it then fails.
    static func kind(for configuration: Configuration) -> BackendKind {
        configuration.logBackend ?? HostLogs.current(logFile: configuration.logFile).preferredBackend
    }

    static func make(_ backend: BackendKind, _ configuration: Configuration) -> any LogBackend {
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
