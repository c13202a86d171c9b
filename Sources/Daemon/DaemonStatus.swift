import LogBackends

/// The figures that `systemctl status` shows.
struct DaemonStatus: Equatable {
    var listeners: Int
    var open: Int
    var total: UInt64
    var datagrams: UInt64
    var dropped: UInt64
    var figures: LogFigures
    var backend: String

    /// One line for `STATUS=`; see sd_notify(3).
    var text: String {
        var parts = ["listeners: \(listeners)", "connections: \(open) open, \(total) total"]
        if datagrams > 0 { parts.append("datagrams: \(datagrams) received") }
        parts.append(
            "records: \(figures.committed) committed, \(figures.waiting) waiting, "
                + "\(figures.rejected) rejected, \(dropped) dropped"
        )
        parts.append("to \(backend)")
        if let failure = figures.failure { parts.append("which fails: \(failure)") }
        return parts.joined(separator: "; ")
    }
}
