/// The available backends, by their names in the configuration.
public enum BackendKind: String, Sendable, CaseIterable {
    /// `JournaldBackend`.
    case journald
    /// `SyslogBackend`.
    case syslog
    /// `FileBackend`.
    case file
    /// `StandardStreamBackend` for standard error.
    case stderr
    /// `StandardStreamBackend` for standard output.
    case stdout
}
