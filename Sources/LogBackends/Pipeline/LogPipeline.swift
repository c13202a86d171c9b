public import Linux
import Synchronization

/// The bounded, ordered way from those who record to the backend.
///
/// Each thread that records has a `LogProducer` of its own and hands over whole batches; one writer thread gives
/// them to the backend in order, and tells the producers how far their records are committed. Nothing is dropped
/// here: a backend that fails is tried again until it takes the records, and producers see by `isFull` that they
/// should take in no more.
public final class LogPipeline: Sendable {
    let queue: LogQueue
    private let writer: LogWriter

    /// - Parameters:
    ///   - backend: where the records go; owned by the pipeline from here on.
    ///   - capacity: how many bytes of encoded records may wait before `isFull`.
    public init(backend: any LogBackend, capacity: Int) {
        queue = LogQueue(capacity: capacity)
        writer = LogWriter(queue: queue, backend: backend)
    }

    /// Starts the writer thread.
    public func start() throws(Errno) {
        try writer.start()
    }

    /// Makes a producer for one thread.
    ///
    /// - Parameter notify: called on the writer thread when what the producer waits for has come: a commit, or space.
    ///   It must not block.
    public func makeProducer(notify: @escaping @Sendable () -> Void) -> LogProducer {
        let account = LogProducer.Account(notify: notify)
        queue.register(account)
        return LogProducer(queue: queue, account: account, backend: writer.backend)
    }

    /// Makes another backend take the place of the one in use, once that has finished the write it is at.
    ///
    /// Batches that wait are written by the new one, so both must be of one kind. Each producer must be given the
    /// new one as well.
    public func replaceBackend(with backend: any LogBackend) {
        writer.replaceBackend(with: backend)
    }

    /// Asks the writer to end when everything that was handed over is committed.
    public func finish() {
        queue.finish()
    }

    /// Whether the writer has ended; then everything that was handed over is committed.
    public var isFinished: Bool { writer.isFinished }

    /// Whether as much is waiting as may wait.
    public var isFull: Bool { queue.isFull }

    /// What passed through so far.
    public var figures: LogFigures { queue.figures }

    /// Asks the writer for a sign of life.
    ///
    /// - Returns: whether it gave one since the last time. A writer that waits in the backend's system call counts
    ///   as alive: a slow disk does not get faster by a restart, and the records that wait would be lost.
    public func isWriterAlive() -> Bool { writer.isAlive() }
}

/// What passed through a pipeline: `received` is always the sum of `committed`, `waiting` and `rejected`.
public struct LogFigures: Sendable, Equatable {
    /// Records handed over.
    public var received: UInt64 = 0
    public var committed: UInt64 = 0
    /// Records that the output refused for good.
    public var rejected: UInt64 = 0
    /// Bytes of encoded records that are not committed.
    public var waitingBytes = 0
    /// Writes that failed and were or will be tried again.
    public var failures: UInt64 = 0
    /// Why the backend takes nothing at the moment; nil when it does.
    public var failure: SystemError?

    public var waiting: UInt64 { received &- committed &- rejected }
}
