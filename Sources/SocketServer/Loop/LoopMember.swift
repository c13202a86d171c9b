/// Something with a deadline; see `EventLoop.schedule`.
protocol Ticker: AnyObject {
    /// Kept for the loop; at first `DeadlineQueue.Place()`.
    var deadline: DeadlineQueue.Place { get set }

    /// The deadline has come; there is none now.
    func tick()
}

/// Something that lives on a loop with one descriptor, from `EventLoop.add` to `EventLoop.remove`, as a connection does.
protocol LoopMember: EventSource, Ticker {
    /// Goes on, as it asked for by `EventLoop.resumeLater`.
    func resume()

    /// Ends now, as the daemon stops.
    ///
    /// It removes itself from the loop.
    func abort()
}

/// Something that brings in members or data, as a listening socket does.
///
/// It lives on a loop until its `finish` is done.
protocol LoopListener: AnyObject {
    /// Begins to take in.
    func start()

    /// Takes in nothing more of its own accord.
    func stop()

    /// Takes in what `stop` left, and completes what is under way; called again until it is done.
    ///
    /// - Returns: whether it is done.
    func finish() -> Bool

    /// Drops what is under way, as the daemon stops.
    func abort()

    /// A member of the loop is gone: there may be room for another one.
    func memberRemoved()
}
