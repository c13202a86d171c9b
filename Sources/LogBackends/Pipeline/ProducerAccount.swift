import Linux
import Synchronization

/// The settled records of one producer: the writer adds them, the producer fetches them.
final class ProducerAccount: Sendable {
    struct Progress {
        /// The number of settled records.
        var settled: UInt64 = 0
        /// The positions of rejected records that the producer has not fetched yet.
        var rejected: [UInt64] = []
        /// The highest position that was not kept in `rejected`, because the list was full.
        var forgotten: UInt64 = 0
        /// The position from which on the producer wants to be notified.
        var awaited: UInt64?
        /// When the last record was settled.
        var time = MonotonicTime.now
    }

    private static let rejectedLimit = 4096

    let progress = Mutex(Progress())
    let notify: @Sendable () -> Void

    init(notify: @escaping @Sendable () -> Void) {
        self.notify = notify
    }

    /// Adds settled records.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - rejected: the indices, from 0, of those that were rejected.
    ///   - notifies: false on the producer's own thread, which asks for the settlement then.
    func acknowledge(_ count: Int, rejected: some Sequence<Int>, notifies: Bool = true) {
        let mustNotify = progress.withLock { progress in
            progress.rejected.append(contentsOf: rejected.map { progress.settled &+ UInt64($0) &+ 1 })
            if progress.rejected.count > Self.rejectedLimit {
                progress.forgotten = progress.rejected.last ?? 0
                progress.rejected = []
            }
            progress.settled &+= UInt64(count)
            progress.time = .now
            guard let awaited = progress.awaited, progress.settled >= awaited else { return false }
            progress.awaited = nil
            return true
        }
        if mustNotify, notifies { notify() }
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
                forgotten: progress.forgotten,
                time: progress.time
            )
        }
    }
}
