import Glibc
import Linux
import LogBackends
import LogRecords

/// One thread that serves sockets: its loop, its records, and what its connections and listeners share.
///
/// Other threads reach it by its mailbox only; everything else is used on the thread.
final class SocketWorker {
    /// The most that one receive from a stream takes.
    static let receiveBytes = 64 * 1024
    /// How often listeners that have something under way are asked again, as the daemon stops.
    private static let finishInterval = Duration.milliseconds(10)

    let loop: EventLoop
    let recorder: Recorder
    let messages: MessageRecorder
    let memory: HeldMemory
    /// The datagram sockets that hold messages of which a part has come.
    var datagramHolders: [any MemoryHolder] = []
    let metrics: ServerMetrics
    /// This thread's counts of messages.
    let accounts: AccountBook
    /// Where connections go as the daemon stops, for the next process; nil where they end with this one.
    var handover: Handover?
    /// Where all threads of the daemon receive datagrams.
    var ownAddresses = OwnAddresses()
    /// The buffer that a receive from a stream writes to; valid until the next one.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: receiveBytes, alignment: 64)

    /// As `buffer`, for encrypted bytes: less, so that the plaintext fits into `buffer` with what a session held back of
    /// an incomplete record.
    let encrypted = UnsafeMutableRawBufferPointer.allocate(byteCount: receiveBytes - 17 * 1024, alignment: 64)
    let handshakes: HandshakeReporter
    var gate: HandshakeGate

    private let mailbox: Mailbox<SocketWorker>
    private let activity: ActivityWaker?
    /// Decides which connections have records.
    let connections: ConnectionReporter
    private let malformed: MalformedMessageReporter
    private var flushPolicy = FlushPolicy()
    private var pacing = ReadPacing()
    private var listenersFinished: (() -> Void)?
    /// Whether records that were waited for were written on this thread in this iteration.
    private var hasWritten = false

    private init(
        mailbox: Mailbox<SocketWorker>,
        poller: Poller,
        pipeline: LogPipeline,
        metrics: ServerMetrics,
        threshold: Severity,
        memory: Int,
        threads: Int,
        activity: ActivityWaker?
    ) {
        gate = HandshakeGate(threads: threads)
        self.mailbox = mailbox
        self.activity = activity
        self.memory = HeldMemory(limit: memory)
        self.metrics = metrics
        accounts = AccountBook(metrics)
        loop = EventLoop(poller)
        recorder = Recorder(producer: pipeline.makeProducer { mailbox.wake() }, threshold: threshold)
        malformed = MalformedMessageReporter(loop, recorder: recorder)
        connections = ConnectionReporter(loop, recorder: recorder)
        handshakes = HandshakeReporter(loop, recorder: recorder, connections)
        messages = MessageRecorder(loop, recorder, reporter: malformed)
    }

    deinit {
        buffer.deallocate()
        encrypted.deallocate()
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - pipeline: where records go.
    ///   - metrics: where it counts.
    ///   - threshold: the severity from which on events are recorded.
    ///   - memory: the most that its senders may hold together, in bytes.
    ///   - threads: how many serve the same listeners, this one included.
    ///   - activity: learns when the thread has done something.
    /// - Returns: its mailbox.
    /// - Throws: why there is no poller or no thread.
    static func start(
        pipeline: LogPipeline,
        metrics: ServerMetrics,
        threshold: Severity,
        memory: Int,
        threads: Int = 1,
        activity: ActivityWaker? = nil
    ) throws(Errno) -> Mailbox<SocketWorker> {
        let mailbox = Mailbox<SocketWorker>()
        // Made here, where a failure can be reported; used by the thread alone from its start on.
        nonisolated(unsafe) let poller = try Poller()
        _ = try poller.add(mailbox.descriptor, .read, mailbox)
        try Thread.start(named: "sockets") {
            let worker = SocketWorker(
                mailbox: mailbox,
                poller: poller,
                pipeline: pipeline,
                metrics: metrics,
                threshold: threshold,
                memory: memory,
                threads: threads,
                activity: activity
            )
            while true { worker.runOnce() }
        }
        return mailbox
    }

    /// Stops the listeners, and calls `done` when all that they have under way is complete.
    func stopListeners(_ done: @escaping () -> Void) {
        loop.stopListeners()
        listenersFinished = done
        finishListeners()
    }

    /// Records what else there is to record, as the daemon stops.
    func finish() {
        loop.abort()
        finishListeners()
        malformed.finish()
        connections.finish()
        handshakes.finish()
    }

    // MARK: an iteration

    /// One iteration of the loop; see `EventLoop`.
    private func runOnce() {
        hasWritten = false
        loop.poll(until: deadline)
        mailbox.runTasks(on: self)
        finishListeners()
        recorder.commits.serve()
        loop.callDue()
        flushIfDue()
        // Last, so that nothing that was recorded is left when the loop sleeps.
        if loop.resumeMembers() { flushIfDue() }
        activity?.note()
        restIfQuiet()
    }

    private var deadline: MonotonicTime? {
        listenersFinished == nil ? flushPolicy.due : .now + Self.finishInterval
    }

    private func finishListeners() {
        guard let done = listenersFinished else { return }
        // Their unfinished work may wait for its records.
        let areFinished = loop.finishListeners()
        recorder.flush()
        guard areFinished else { return }
        listenersFinished = nil
        done()
    }

    private func flushIfDue() {
        guard isFlushDue() else { return }
        // Members that have more to do go on while the writer writes.
        guard recorder.commits.isFlushUrgent, !loop.hasReadyMembers else { return recorder.flush() }
        guard recorder.flushAwaited() else { return }
        hasWritten = true
        recorder.commits.serve()
        // Not written here, too: one that waits again at once would not let the others have their turn.
        if isFlushDue() { recorder.flush() }
    }

    private func isFlushDue() -> Bool {
        accounts.publish()
        let decision = flushPolicy.decide(
            hasRecords: recorder.hasUnflushed,
            isAwaited: recorder.commits.isFlushUrgent,
            waiters: recorder.commits.waiterCount,
            // Members that have more to do add to the next batch: awaited records go out before their turn.
            members: loop.hasReadyMembers ? 0 : loop.memberCount,
            at: loop.now
        )
        return decision == .flush
    }

    /// Lets messages gather in the sockets where nothing waits for them.
    private func restIfQuiet() {
        // Bytes that one turn did not take count with the turns that take them: the sender is fast, and a rest would slow it.
        guard !loop.hasReadyMembers else { return }
        let isAwaited = hasWritten || recorder.commits.waiterCount > 0 || listenersFinished != nil
        let bytes = messages.takeInputCount()
        guard let rest = pacing.rest(after: bytes, isAwaited: isAwaited, at: loop.now) else { return }
        if rest > .zero {
            var time = timespec(tv_sec: 0, tv_nsec: Int(rest.wholeNanoseconds))
            nanosleep(&time, nil)
        }
        pacing.ended(at: .now)
    }
}
