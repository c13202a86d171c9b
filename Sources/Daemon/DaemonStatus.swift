import LogBackends

/// The counts that `systemctl status` shows.
struct DaemonStatus: Equatable {
    var listeners: Int
    var open: Int
    var total: UInt64
    var datagrams: UInt64
    var dropped: UInt64
    /// Messages that could not be parsed.
    var malformed: UInt64 = 0
    /// Messages less urgent than their listener's `min_severity`.
    var leftOut: UInt64 = 0
    /// Messages that were longer than `message_limit`.
    var cut: UInt64 = 0
    /// All messages: recorded, refused, left out or dropped.
    var received: UInt64 = 0
    /// Messages that are records of sockserved.
    var returned: UInt64 = 0
    var metrics: PipelineMetrics
    var backend: String
    /// The local time of the last reload if it was rejected; nil after a successful one.
    var rejectionTime: String?
    /// The certificates that end soon or have ended; nil for none.
    var certificates: String?

    /// One line for `STATUS=`; see sd_notify(3).
    var text: String {
        var parts: [String] = []
        if let rejectionTime { parts.append("configuration rejected at \(rejectionTime), the previous one is in use") }
        if let certificates { parts.append(certificates) }
        parts += ["listeners: \(listeners)", "connections: \(open) open, \(total) total"]
        parts.append(
            "records: \(metrics.committed) committed, \(metrics.waiting) waiting, "
                + "\(metrics.rejected) rejected, \(dropped) dropped"
        )
        let messages = [
            (received, "received"), (malformed, "refused"), (leftOut, "left out"), (cut, "cut"),
            (returned, "came back"),
        ].filter { $0.0 > 0 }
        if !messages.isEmpty {
            parts.append("messages: " + messages.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        }
        if datagrams > 0 { parts.append("datagrams: \(datagrams) received") }
        parts.append("to \(backend)")
        if let failure = metrics.failure { parts.append("which fails: \(failure)") }
        return parts.joined(separator: "; ")
    }
}
