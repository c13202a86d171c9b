/// How much may come in the long run, and at once.
struct Rate: Sendable {
    private let perSecond: Int
    private let burst: Int

    /// Makes a rate, of at least one a second.
    ///
    /// - Parameters:
    ///   - perSecond: messages, or bytes.
    ///   - burst: as many at once; nil: those of a second. It is at least what the rate brings in a quarter of a second,
    ///     as streams that are slowed are looked at so often.
    init(perSecond: Int, burst: Int?) {
        self.perSecond = max(1, perSecond)
        self.burst = max(burst ?? perSecond, perSecond / 4, 1)
    }

    /// How much may come at once.
    var most: Int { burst }

    /// How long it takes at the rate until as much may come; at most 30 years.
    func time(of count: Int) -> Duration {
        .nanoseconds(Int64(min(Double(count) / Double(perSecond) * 1e9, 1e18)))
    }
}
