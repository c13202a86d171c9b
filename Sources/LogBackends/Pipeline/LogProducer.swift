public import LogRecords

/// The access of one thread to a pipeline.
///
/// Only one thread may use it. Records are encoded at once and handed over by `flush`. Positions count this producer's
/// records from 1.
public final class LogProducer {
    private static let flushBytes = 64 * 1024
    /// The most records and bytes that `flushAwaited` writes itself: less time than a change of threads takes.
    private static let ownRecords = 8
    private static let ownBytes = 16 * 1024

    private let queue: LogQueue
    private let writer: LogWriter
    private let account: ProducerAccount
    private var generation: UInt64
    // Unchecked, because the check costs more than the access: encoders and the queue never call back.
    @exclusivity(unchecked) private var encoder: any LogEncoder
    @exclusivity(unchecked) private var encoderSelection: FieldSelection
    /// Whether the encoder of the next record is certain: `selection` was asked for.
    @exclusivity(unchecked) private var isPrepared = false
    @exclusivity(unchecked) private var batch = LogBatch()
    @exclusivity(unchecked) private var lastPosition: UInt64 = 0

    /// The position of the last record.
    public var position: UInt64 { lastPosition }

    /// The position of the last record that was handed over.
    public private(set) var flushedPosition: UInt64 = 0

    init(queue: LogQueue, writer: LogWriter, account: ProducerAccount) {
        self.queue = queue
        self.writer = writer
        self.account = account
        let (backend, generation) = queue.backend
        encoder = backend.makeEncoder()
        encoderSelection = encoder.selection
        self.generation = generation
    }

    /// The parts of the next record that are needed.
    ///
    /// It may have others.
    public var selection: FieldSelection {
        if batch.isEmpty { renewEncoder() }
        isPrepared = true
        return encoderSelection
    }

    /// Encodes a record; `flush` hands it over.
    public func record(_ record: borrowing LogRecord) {
        if batch.isEmpty, !isPrepared { renewEncoder() }
        isPrepared = false
        encoder.encode(record, into: &batch.bytes)
        batch.endRecord()
        lastPosition &+= 1
        if batch.size >= Self.flushBytes { flush() }
    }

    /// Counts memory that the caller keeps until the last record is settled, in bytes.
    public func addMemory(_ count: Int) {
        batch.addMemory(count)
    }

    /// Makes a new encoder after the backend was replaced; one encoder makes a whole batch.
    private func renewEncoder() {
        guard queue.generation != generation else { return }
        let (backend, generation) = queue.backend
        encoder = backend.makeEncoder()
        encoderSelection = encoder.selection
        self.generation = generation
    }

    /// Whether there is nothing to `flush`.
    public var isEmpty: Bool { batch.isEmpty }

    /// Hands the recorded batch over to the queue.
    public func flush() {
        guard !batch.isEmpty else { return }
        queue.submit(&batch, from: account)
        flushedPosition = position
    }

    /// Hands over a batch that a peer waits for.
    ///
    /// Writes it on the calling thread where that is short: there are few records, the output never waits, the writer
    /// thread sleeps and nothing is queued. That thread writes what the output does not take at once.
    ///
    /// - Returns: whether it was written so. No notification follows for what is settled already: the caller asks.
    public func flushAwaited() -> Bool {
        guard !batch.isEmpty, batch.count <= Self.ownRecords, batch.size <= Self.ownBytes,
            writer.writeWithoutWaiting(&batch, from: account)
        else {
            flush()
            return false
        }
        flushedPosition = position
        return true
    }

    /// Whether the queue is full, so that the caller should not take in more.
    public var isFull: Bool { queue.isFull }

    /// Whether so much is waiting that a caller with much more to come should pause, since others' records come after it.
    public var hasBacklog: Bool { queue.hasBacklog }

    /// Requests a notification when there is space again.
    ///
    /// - Parameter isBacklog: whether the caller waits for the end of the backlog, or only until the queue is not full.
    /// - Returns: false when there is space already; no notification follows then.
    public func waitForSpace(isBacklog: Bool = false) -> Bool { queue.waitForSpace(isBacklog: isBacklog) }

    /// Returns the settled records, and requests a notification if `position` is not settled yet.
    ///
    /// Each rejected record is returned once.
    public func settled(awaiting position: UInt64?) -> Settlement { account.settlement(awaiting: position) }
}
