public import Linux

/// A bounded, ordered queue from the threads that record to the output of a backend.
///
/// How a record becomes committed:
///
/// 1. Each thread that records has a `LogProducer`. Its encoder, made by the backend for this thread, turns the record
///    into its final bytes at the end of the producer's batch, without a lock and without allocating memory.
/// 2. `flush` hands the batch over to the queue, with one lock for each batch. The batch gets its position in the order
///    of all records. From here on the record counts as received, and its bytes as waiting.
/// 3. The writer thread takes batches in order and passes them to the output. Records that the output does not settle
///    in one call are passed again in the next, followed by newer batches, up to `LogOutput.writeLimit`; so an output may commit
///    later than it writes. After a failure the writer pauses and tries again, without a limit: it drops nothing.
/// 4. The output returns the number of settled records, from the front. Each is committed, or rejected: the output will
///    never accept it. The writer acknowledges the records to the account of their producer, and notifies the producer
///    if it waits for one of them.
/// 5. The producer's thread asks with `settled(awaiting:)` how many of its records are settled and which were rejected,
///    and replies to its peers.
///
/// Where a peer waits for a few records and nothing else does, steps 2 to 4 need no change of threads, which costs more
/// than the write: `flushAwaited` takes the writer's place, if the output never waits.
///
/// The queue is bounded in memory: `isFull` is true while records wait that take `capacity` or more. A producer should then
/// stop taking in records until it is notified that half of that is free. With `hasBacklog`, at a quarter of a megabyte, it
/// should no longer take in records of those who send much: the others' records would wait for theirs.
public final class LogPipeline: Sendable {
    let queue: LogQueue
    private let writer: LogWriter

    /// Opens the backend's output.
    ///
    /// - Parameters:
    ///   - backend: where the records go.
    ///   - capacity: the memory of the waiting records, in bytes, from which on `isFull` is true.
    /// - Throws: the error of `LogBackend.open`.
    public init(backend: any LogBackend, capacity: Int) throws(SystemError) {
        let output = try backend.open()
        queue = LogQueue(capacity: capacity, backend: backend)
        writer = LogWriter(queue: queue, output: output)
    }

    /// Starts the writer thread.
    ///
    /// - Throws: the error of pthread_create(3).
    public func start() throws(Errno) {
        try writer.start()
    }

    /// Makes a producer for one thread.
    ///
    /// - Parameter notify: called on the writer thread when a commit or the space that the producer waits for is there.
    ///   It must not block.
    /// - Returns: a producer that the calling thread, or one other, uses alone.
    public func makeProducer(notify: @escaping @Sendable () -> Void) -> LogProducer {
        let account = ProducerAccount(notify: notify)
        queue.register(account)
        return LogProducer(queue: queue, writer: writer, account: account)
    }

    /// Replaces the backend.
    ///
    /// The new output is opened at once, and takes over when the old one has finished its current write. Each producer
    /// makes an encoder of the new backend for its next batch. The new output also writes the batches that wait, and the
    /// records that the old output had under way, so both backends must be of one kind.
    ///
    /// - Throws: the error of `LogBackend.open`; the old backend stays in use.
    public func replaceBackend(with backend: any LogBackend) throws(SystemError) {
        writer.replaceOutput(with: try backend.open())
        queue.replaceBackend(with: backend)
    }

    /// Makes the writer end when all submitted records are settled.
    public func finish() {
        queue.finish()
    }

    /// Whether the writer has ended; then all submitted records are settled.
    public var isFinished: Bool { writer.isFinished }

    /// Whether the records that wait take `capacity` or more.
    public var isFull: Bool { queue.isFull }

    /// The counts of records so far.
    public var metrics: PipelineMetrics { queue.metrics }

    /// Checks that the writer thread responds.
    ///
    /// - Returns: whether it responded since the previous call. A writer that waits in a system call of the output
    ///   counts as alive: a restart does not make a slow disk faster, and would lose the records that wait.
    public func isWriterAlive() -> Bool { writer.isAlive() }
}
