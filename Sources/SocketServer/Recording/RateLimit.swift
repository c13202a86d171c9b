import Linux

/// Limits how often something is reported: at most once in an interval, with the number of times that it happened.
struct RateLimit {
    private let interval: Duration
    private var lastReport: MonotonicTime?
    /// How often it happened since the last report.
    private(set) var pending = 0

    init(interval: Duration) {
        self.interval = interval
    }

    /// When the next report may be made, while something waits for it; nil: at once, or nothing waits.
    var nextReport: MonotonicTime? { pending > 0 ? lastReport.map { $0 + interval } : nil }

    /// Counts that it happened.
    mutating func add(_ count: Int = 1) {
        pending &+= count
    }

    /// Takes the number to report now; nil when nothing happened, or the last report was less than the interval ago.
    mutating func take(at now: MonotonicTime) -> Int? {
        if let lastReport, now - lastReport < interval { return nil }
        return takeAll(at: now)
    }

    /// Takes the number to report, whenever the last report was; nil when nothing happened.
    mutating func takeAll(at now: MonotonicTime) -> Int? {
        guard pending > 0 else { return nil }
        defer { pending = 0 }
        lastReport = now
        return pending
    }
}
