/// Reports how often something has happened, at most once in an interval, and all of it in the end.
///
/// Used on its loop's thread only.
final class LimitedReport: Ticker {
    private let loop: EventLoop
    private let report: (Int) -> Void
    private var limit: RateLimit
    var deadline = DeadlineQueue.Place()

    /// Makes a report of nothing so far.
    ///
    /// - Parameters:
    ///   - loop: of the thread.
    ///   - interval: the least time between two reports.
    ///   - report: is called with how often it happened since the last report.
    init(_ loop: EventLoop, every interval: Duration, report: @escaping (Int) -> Void) {
        self.loop = loop
        self.report = report
        limit = RateLimit(interval: interval)
    }

    /// Counts that it happened.
    func add(_ count: Int = 1) {
        limit.add(count)
        tick()
    }

    func tick() {
        if let count = limit.take(at: loop.now) { report(count) }
        if let next = limit.nextReport { loop.schedule(self, by: next) }
    }

    /// Reports what is not reported yet, as the daemon stops.
    func finish() {
        loop.cancel(self)
        if let count = limit.takeAll(at: loop.now) { report(count) }
    }
}
