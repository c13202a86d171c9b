import SocketServer

/// Measures for how long nobody has come.
struct InactivityTimer {
    private var since: ContinuousClock.Instant
    private var seen: UInt64 = 0

    init(now: ContinuousClock.Instant) {
        since = now
    }

    /// How long there has been neither a connection nor a datagram.
    mutating func time(of metrics: ServerMetrics, now: ContinuousClock.Instant) -> Duration {
        let arrivals = metrics.total &+ metrics.datagrams
        if metrics.open > 0 || arrivals != seen {
            seen = arrivals
            since = now
        }
        return now - since
    }
}
