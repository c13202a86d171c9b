/// A work that the benchmark measures: one table, or several of a kind.
enum Table: String, CaseIterable {
    /// TCP into a file, for each form.
    case tcp
    /// UDP into a file, for each rate.
    case udp
    /// TCP into journald and systemd-journal-remote.
    case journal
    /// hello into journald, one client at a time and many.
    case helloJournal = "hello-journal"
    /// The first client of a server that is started for it.
    case coldStart = "cold-start"
    /// hello and syslog with `log_sync = "data"`.
    case sync
    /// Connections that send nothing.
    case idle

    /// Whether it is measured in a host of its own, which systemd has booted.
    var needsHost: Bool { self == .journal || self == .helloJournal }
}
