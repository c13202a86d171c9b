import Linux

/// How much of a rate is used up: a token bucket, kept as the time at which it will be full again.
///
/// So a full bucket is one that need not be kept at all. More may be taken than there is: then nothing is left until the
/// time has made up for it, and the rate holds in the long run.
struct TokenBucket {
    /// When it is full, if nothing is taken until then.
    private(set) var fullTime = MonotonicTime.distantPast

    func isFull(at now: MonotonicTime) -> Bool { fullTime <= now }

    /// Whether so much may come now; more than a burst may when the bucket is full.
    func has(_ count: Int, of rate: Rate, at now: MonotonicTime) -> Bool {
        fullTime - now <= rate.time(of: rate.most - min(count, rate.most))
    }

    /// Takes what has come.
    mutating func take(_ count: Int, of rate: Rate, at now: MonotonicTime) {
        let latest = now + .seconds(1_000_000_000)
        fullTime = min(max(fullTime, now) + rate.time(of: count), latest)
    }
}
