import Linux
import LogRecords

/// Limits the replies to datagrams by source: a burst, then a steady rate.
///
/// Anyone can send in the name of another host, and two daemons that reply to each other would do so without end
/// (CVE-2024-2169).
struct ReplyLimiter {
    static let burst = 2000
    static let interval = Duration.milliseconds(10)
    static let sourceLimit = 1024
    private static let cleaningInterval = Duration.seconds(1)

    /// When each source will have its whole burst again.
    private var due: [Source: MonotonicTime] = [:]
    private var lastCleaning: MonotonicTime?

    /// How many sources there are.
    var count: Int { due.count }

    /// Asks whether a source may have one more reply.
    mutating func admit(_ peer: Peer?, at now: MonotonicTime) -> Bool {
        var source = Source(peer)
        if due[source] == nil, due.count >= Self.sourceLimit {
            clean(at: now)
            if due.count >= Self.sourceLimit { source = .others }
        }
        let start = max(due[source] ?? now, now)
        guard start - now <= Self.interval * (Self.burst - 1) else { return false }
        due[source] = start + Self.interval
        return true
    }

    /// Removes sources that have their whole burst; seldom, as it looks at all of them.
    private mutating func clean(at now: MonotonicTime) {
        if let lastCleaning, now - lastCleaning < Self.cleaningInterval { return }
        lastCleaning = now
        due = due.filter { $0.value > now }
    }
}
