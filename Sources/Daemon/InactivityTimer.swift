import SocketServer

/// Measures how long the daemon has had no clients.
struct InactivityTimer {
    private var since: ContinuousClock.Instant
    private var seen: UInt64 = 0

    init(now: ContinuousClock.Instant) {
        since = now
    }

    /// When the time will have come to a limit, if no client comes.
    func end(after limit: Duration) -> ContinuousClock.Instant { since + limit }

    /// Returns the time without a connection or a datagram.
    mutating func time(of metrics: ServerMetrics, now: ContinuousClock.Instant) -> Duration {
        let arrivals = metrics.total &+ metrics.messages.datagrams
        if metrics.open > 0 || arrivals != seen {
            seen = arrivals
            since = now
        }
        return now - since
    }
}
