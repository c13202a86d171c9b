import SocketServer

/// Measures for how long nobody has come.
struct IdleClock {
    private var since: ContinuousClock.Instant
    private var seen: UInt64 = 0

    init(now: ContinuousClock.Instant) {
        since = now
    }

    /// How long there has been neither a connection nor a datagram.
    mutating func time(of figures: ServerFigures, now: ContinuousClock.Instant) -> Duration {
        let arrivals = figures.total &+ figures.datagrams
        if figures.open > 0 || arrivals != seen {
            seen = arrivals
            since = now
        }
        return now - since
    }
}
