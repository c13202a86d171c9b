public import Linux

/// The bounded, ordered way from the threads that record to the output of a backend.
///
/// How a record becomes committed:
///
/// 1. Each thread that records has a `LogProducer`. Its encoder, made by the backend for this thread, turns the record
///    into its final bytes at the end of the producer's batch. No lock is taken and no memory allocated for it.
/// 2. `flush` hands the batch over to the queue: one lock for a batch, which gets its position in the order of all
///    records. From here on the record counts as received, and its bytes as waiting.
/// 3. The writer thread takes batches in order and gives them to the output. What the output does not settle in one call
///    it is given again in the next, followed by newer batches, up to 1 MiB in all; so an output may commit later than
///    it writes. A failure is tried again after a pause, for ever: nothing is dropped here.
/// 4. The output returns how many records are settled, counted from the front: each is committed, or rejected, which
///    means that the output will never take it. The writer adds the number to the account of each producer whose
///    records these are, and notifies a producer that waits for a position.
/// 5. The producer's thread asks with `settled(awaiting:)` how far its own records are settled and which were rejected,
///    and answers its peers accordingly.
///
/// The way is bounded in bytes: `isFull` is true while `capacity` or more wait, and a producer that sees it should take
/// in no more until it is notified that half of the capacity is free.
public final class LogPipeline: Sendable {
    let queue: LogQueue
    private let writer: LogWriter

    /// Opens the backend's output.
    ///
    /// - Parameters:
    ///   - backend: where the records go.
    ///   - capacity: how many bytes of encoded records may wait before `isFull`; each record counts 8 more.
    /// - Throws: why the output cannot be opened.
    public init(backend: any LogBackend, capacity: Int) throws(SystemError) {
        let output = try backend.open()
        queue = LogQueue(capacity: capacity, backend: backend)
        writer = LogWriter(queue: queue, output: output)
    }

    /// Starts the writer thread.
    ///
    /// - Throws: why the system gives no thread; see pthread_create(3).
    public func start() throws(Errno) {
        try writer.start()
    }

    /// Makes a producer for one thread.
    ///
    /// - Parameter notify: called on the writer thread when what the producer waits for has come: a commit, or space.
    ///   It must not block.
    /// - Returns: a producer that the calling thread, or one other, uses alone.
    public func makeProducer(notify: @escaping @Sendable () -> Void) -> LogProducer {
        let account = ProducerAccount(notify: notify)
        queue.register(account)
        return LogProducer(queue: queue, account: account)
    }

    /// Makes another backend take the place of the one in use.
    ///
    /// The new output is opened at once, and takes over when the old one has finished the write it is at. Each producer
    /// makes an encoder of the new backend for its next batch. Batches that wait, and what the old output had under way,
    /// are written by the new one, so both backends must be of one kind.
    ///
    /// - Throws: why the new output cannot be opened; the old backend stays in use.
    public func replaceBackend(with backend: any LogBackend) throws(SystemError) {
        writer.replaceOutput(with: try backend.open())
        queue.replaceBackend(with: backend)
    }

    /// Asks the writer to end when everything that was handed over is settled.
    public func finish() {
        queue.finish()
    }

    /// Whether the writer has ended; then everything that was handed over is settled.
    public var isFinished: Bool { writer.isFinished }

    /// Whether as much is waiting as may wait.
    public var isFull: Bool { queue.isFull }

    /// What passed through so far.
    public var metrics: PipelineMetrics { queue.metrics }

    /// Asks the writer for a sign of life.
    ///
    /// - Returns: whether it gave one since the last time. A writer that waits in the output's system call counts
    ///   as alive: a slow disk does not get faster by a restart, and the records that wait would be lost.
    public func isWriterAlive() -> Bool { writer.isAlive() }
}
