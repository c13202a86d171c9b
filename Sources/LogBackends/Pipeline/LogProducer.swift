public import LogRecords
import Synchronization

/// One thread's entrance to a pipeline. Not to be used by two threads.
///
/// Records are encoded at once and handed over by `flush`. Positions count this producer's records from 1.
public final class LogProducer {
    /// What the writer knows of a producer.
    final class Account: Sendable {
        struct Progress {
            /// Records of this producer that are done with.
            var settled: UInt64 = 0
            /// Positions of records that the output refused, not yet fetched by the producer.
            var rejected: [UInt64] = []
            /// The last of those that were left out of `rejected`, for want of somebody who asks.
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

        /// Moves on by `count` records, of which those at `rejected` (0 is the first) were refused.
        func settle(_ count: Int, rejected: some Sequence<Int>) {
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
    }

    private static let flushBytes = 64 * 1024

    private let queue: LogQueue
    private let account: Account
    /// Unchecked, because asking costs more than the accesses: encoders are pure, and the queue does not call back.
    @exclusivity(unchecked) private var batch = LogBatch()

    /// Encodes the records; another one after `LogPipeline.replaceBackend`.
    public var backend: any LogBackend

    /// The position of the last record.
    @exclusivity(unchecked) public private(set) var position: UInt64 = 0

    /// The position of the last record that was handed over.
    public private(set) var flushedPosition: UInt64 = 0

    init(queue: LogQueue, account: Account, backend: any LogBackend) {
        self.queue = queue
        self.account = account
        self.backend = backend
    }

    /// Encodes a record. It is on its way after the next `flush`.
    public func record(_ record: borrowing LogRecord) {
        backend.encode(record, into: &batch)
        batch.endRecord()
        position &+= 1
        if batch.bytes.count >= Self.flushBytes { flush() }
    }

    /// Whether there is something to `flush`.
    public var isEmpty: Bool { batch.isEmpty }

    /// Hands over what was recorded.
    public func flush() {
        guard !batch.isEmpty else { return }
        queue.submit(&batch, from: account)
        flushedPosition = position
    }

    /// Whether as much is waiting as may wait: time to take in no more.
    public var isFull: Bool { queue.isFull }

    /// Asks for a notice when there is space again.
    ///
    /// - Returns: false when there is, and no notice will come.
    public func waitForSpace() -> Bool { queue.waitForSpace() }

    /// Asks how far the records are settled, and for a notice when `position` is if it is not yet.
    ///
    /// - Returns: the position up to which all is settled, those among them that the output refused since the last
    ///   call, and the position up to which more may have been refused than there is a list of.
    public func settled(awaiting position: UInt64?) -> (position: UInt64, rejected: [UInt64], forgotten: UInt64) {
        account.progress.withLock { progress in
            if let position, progress.settled < position {
                progress.awaited = min(progress.awaited ?? position, position)
            }
            defer { progress.rejected = [] }
            return (progress.settled, progress.rejected, progress.forgotten)
        }
    }
}
