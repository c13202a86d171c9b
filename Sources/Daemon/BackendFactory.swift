import LogBackends

/// Makes the configured backend.
///
/// A new backend is one more case here.
enum BackendFactory {
    static let identifier = "sockserved"

    /// The configured backend, or the preferred one of this host.
    ///
    /// A configured backend is not replaced when it is unavailable: opening it fails.
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
        case .journalRemote:
            JournalRemoteBackend(
                identifier: identifier,
                senders: configuration.senderIdentifiers,
                facility: configuration.syslogFacility,
                fieldPrefix: "SOCKSERVED_",
                path: configuration.journalRemote
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
