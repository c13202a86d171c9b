import Linux

/// How long something took, each time that it was done: a histogram.
public struct DurationHistogram: Sendable, Equatable {
    /// The upper bounds of the buckets, in microseconds; after them comes one without a bound.
    public static let bounds: [Int64] = [
        100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        10_000_000,
    ]

    private var buckets = InlineArray<16, UInt64>(repeating: 0)
    /// The sum of all times, in microseconds.
    public private(set) var sum: Int64 = 0

    /// Makes a histogram of nothing.
    public init() {}

    /// How many times lie in each bucket, and in no lower one.
    public var counts: [UInt64] { buckets.indices.map { buckets[$0] } }

    /// Adds a time.
    ///
    /// - Parameters:
    ///   - time: how long it took.
    ///   - count: how often it took so long.
    public mutating func add(_ time: Duration, count: UInt64 = 1) {
        let microseconds = max(0, time.wholeNanoseconds / 1000)
        buckets[Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count] &+= count
        sum &+= microseconds &* Int64(truncatingIfNeeded: count)
    }

    /// Adds all times of another one.
    public static func += (times: inout DurationHistogram, more: DurationHistogram) {
        for bucket in times.buckets.indices { times.buckets[bucket] &+= more.buckets[bucket] }
        times.sum &+= more.sum
    }

    /// Whether both have the same counts and the same sum.
    public static func == (left: DurationHistogram, right: DurationHistogram) -> Bool {
        left.sum == right.sum && left.counts == right.counts
    }
}
