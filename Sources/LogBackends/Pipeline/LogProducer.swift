public import LogRecords

/// One thread's entrance to a pipeline.
///
/// Not to be used by two threads.
/// Records are encoded at once and handed over by `flush`. Positions count this producer's records from 1.
public final class LogProducer {
    private static let flushBytes = 64 * 1024

    private let queue: LogQueue
    private let account: ProducerAccount
    private var generation: UInt64
    // Unchecked, because asking costs more than the accesses: encoders and the queue do not call back.
    @exclusivity(unchecked) private var encoder: any LogEncoder
    @exclusivity(unchecked) private var batch = LogBatch()

    /// The position of the last record.
    @exclusivity(unchecked) public private(set) var position: UInt64 = 0

    /// The position of the last record that was handed over.
    public private(set) var flushedPosition: UInt64 = 0

    init(queue: LogQueue, account: ProducerAccount) {
        self.queue = queue
        self.account = account
        let (backend, generation) = queue.backend
        encoder = backend.makeEncoder()
        self.generation = generation
    }

    /// Encodes a record.
    ///
    /// It is on its way after the next `flush`.
    public func record(_ record: borrowing LogRecord) {
        if batch.isEmpty { renewEncoder() }
        encoder.encode(record, into: &batch.bytes)
        batch.endRecord()
        position &+= 1
        if batch.size >= Self.flushBytes { flush() }
    }

    /// Makes another encoder after the backend was replaced: all of a batch is by one encoder.
    private func renewEncoder() {
        guard queue.generation != generation else { return }
        let (backend, generation) = queue.backend
        encoder = backend.makeEncoder()
        self.generation = generation
    }

    /// Whether there is nothing to `flush`.
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

    /// Returns how far the records are settled, and asks for a notice when `position` is if it is not yet.
    ///
    /// Each rejected record is reported once.
    public func settled(awaiting position: UInt64?) -> Settlement { account.settlement(awaiting: position) }
}
