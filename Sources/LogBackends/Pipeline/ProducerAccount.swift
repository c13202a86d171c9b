import Synchronization

/// What the writer and one producer know of each other: how far the producer's records are settled.
final class ProducerAccount: Sendable {
    struct Progress {
        /// Records of this producer that are settled.
        var settled: UInt64 = 0
        /// Positions of records that the output rejected, not yet fetched by the producer.
        var rejected: [UInt64] = []
        /// The highest position that was left out of `rejected`, because the list was full.
        var forgotten: UInt64 = 0
        /// The position to be notified at.
        var awaited: UInt64?
    }

    private static let rejectedLimit = 4096

    let progress = Mutex(Progress())
    let notify: @Sendable () -> Void

    init(notify: @escaping @Sendable () -> Void) {
        self.notify = notify
    }

    /// Moves on by `count` records, of which those at `rejected` (0 is the first) were rejected.
    func acknowledge(_ count: Int, rejected: some Sequence<Int>) {
        let mustNotify = progress.withLock { progress in
            progress.rejected.append(contentsOf: rejected.map { progress.settled &+ UInt64($0) &+ 1 })
            if progress.rejected.count > Self.rejectedLimit {
                progress.forgotten = progress.rejected.last ?? 0
                progress.rejected = []
            }
            progress.settled &+= UInt64(count)
            guard let awaited = progress.awaited, progress.settled >= awaited else { return false }
            progress.awaited = nil
            return true
        }
        if mustNotify { notify() }
    }

    /// See `LogProducer.settled`.
    func settlement(awaiting position: UInt64?) -> Settlement {
        progress.withLock { progress in
            if let position, progress.settled < position {
                progress.awaited = min(progress.awaited ?? position, position)
            }
            defer { progress.rejected = [] }
            return Settlement(
                position: progress.settled,
                rejected: progress.rejected,
                forgotten: progress.forgotten
            )
        }
    }
}
