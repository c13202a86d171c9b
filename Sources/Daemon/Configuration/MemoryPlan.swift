/// How `memory_limit` is divided: `queue_size` for records that wait, and the rest in equal parts for each thread, for what
/// senders have begun and for replies that wait.
package struct MemoryPlan: Sendable, Equatable {
    static let standardQueueSize = 16 << 20
    static let standardLimit = 64 << 20

    /// `queue_size` as configured; nil: a quarter of the limit, and at most `standardQueueSize`.
    var givenQueueSize: Int?
    /// `memory_limit` as configured; nil: `standardLimit`, or the least that is enough.
    var givenLimit: Int?

    init() {}

    /// Whether what is configured comes to the same.
    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.queueSize == rhs.queueSize && lhs.givenLimit ?? standardLimit == rhs.givenLimit ?? standardLimit
    }

    var queueSize: Int { givenQueueSize ?? min(Self.standardQueueSize, (givenLimit ?? Self.standardLimit) / 4) }

    /// The least that is enough: for the queue, and for two of the longest messages on each thread.
    func least(threads: Int, longestMessage: Int) -> Int { queueSize + 2 * threads * longestMessage }

    func limit(threads: Int, longestMessage: Int) -> Int {
        givenLimit ?? max(Self.standardLimit, least(threads: threads, longestMessage: longestMessage))
    }
}
