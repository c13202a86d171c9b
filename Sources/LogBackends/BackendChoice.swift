/// Which backend the operator asks for.
public enum BackendChoice: String, Sendable, CaseIterable {
    /// The journal where there is one, else syslog, else a file; standard error rather than a file in `/`.
    case auto
    case journald
    case syslog
    case file
    case stderr
    case stdout
}
