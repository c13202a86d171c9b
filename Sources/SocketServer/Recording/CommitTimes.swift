import Linux

/// How long messages took from their receipt to their commit: a histogram.
package struct CommitTimes: Sendable {
    /// The upper bounds of the buckets, in microseconds; after them comes one without a bound.
    package static let bounds: [Int64] = [
        250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
        10_000_000,
    ]

    private var counts = InlineArray<16, UInt64>(repeating: 0)
    /// The sum of all times, in microseconds.
    package private(set) var sum: Int64 = 0

    package init() {}

    /// How many took a time of that bucket, and of no lower one.
    package subscript(bucket: Int) -> UInt64 { counts[bucket] }

    /// How many buckets there are.
    package static var bucketCount: Int { bounds.count + 1 }

    /// Adds messages that took the same time.
    package mutating func add(_ time: Duration, count: UInt64) {
        let microseconds = max(0, time.wholeNanoseconds / 1000)
        counts[Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count] &+= count
        sum &+= microseconds &* Int64(truncatingIfNeeded: count)
    }

    static func += (times: inout CommitTimes, more: CommitTimes) {
        for bucket in times.counts.indices { times.counts[bucket] &+= more.counts[bucket] }
        times.sum &+= more.sum
    }
}
