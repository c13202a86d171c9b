/// The available backends, by their names in the configuration.
public enum BackendKind: String, Sendable, CaseIterable {
    /// `JournaldBackend`.
    case journald
    /// `JournalRemoteBackend`.
    case journalRemote = "journal-remote"
    /// `SyslogBackend`.
    case syslog
    /// `FileBackend`.
    case file
    /// `StandardStreamBackend` for standard error.
    case stderr
    /// `StandardStreamBackend` for standard output.
    case stdout
}
