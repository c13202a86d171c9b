import CLinux
import Glibc
import Linux
import LogBackends
import LogFormats
import LogRecords
import Synchronization

/// A thread that serves sockets, and what they share there.
///
/// Other threads reach it by `execute` only; everything else is used on the thread.
final class SocketLoop {
    /// The most that one receive from a stream takes.
    static let receiveBytes = 64 * 1024

    private static let tickInterval = Duration.milliseconds(250)
    /// How long records may wait for others, to be written together: when nobody waits for them, and when somebody does
    /// while other connections may have something to add. To wake the writer costs more than to write.
    private static let flushPatience = Duration.milliseconds(5)
    private static let gatherTime = Duration.microseconds(200)
    /// Messages that come in rounds as short as this and as small as that are left to gather for as long: each receive
    /// costs a wake-up and an acknowledgement, whatever it brings.
    private static let restTime = Duration.microseconds(500)
    private static let restBytes = 64 * 1024

    let figures: ServerFigures
    let recorder: Recorder
    let poller: Poller
    /// What a receive writes to; valid until the next one.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: receiveBytes, alignment: 64)
    lazy var datagramReceiver = DatagramReceiver()
    /// Unchecked, because asking costs more than the access: parsers call nothing.
    @exclusivity(unchecked) var parser = MessageParser()
    var zone = LocalZone()
    /// The memory that unfinished messages of all connections take.
    var heldBytes = 0
    lazy var refusals = RefusalTeller(self)

    /// The time when the present round of the loop began.
    private(set) var now = MonotonicTime.now

    private let mailbox: Mailbox
    private var connections: [StreamConnection] = []
    private var acceptors: [StreamAcceptor] = []
    /// Whether the daemon stops: nobody is accepted any more.
    private(set) var isStopping = false
    private var datagramListeners: [(listener: DatagramListener, isOurs: Bool)] = []
    private var tickers: [any Ticker] = []
    private var unfinished: [StreamConnection] = []
    private var nextTick: MonotonicTime?
    private var flushDue: MonotonicTime?
    /// The bytes of messages that streams brought in the present round.
    var messageBytes = 0
    /// When the last round ended that brought such bytes, a rest included.
    private var messagesTaken: MonotonicTime?
    private var inEachRound: ((SocketLoop) -> Void)?

    /// Something that wants to look at the clock now and then.
    protocol Ticker: AnyObject {
        func tick()
    }

    fileprivate init(
        mailbox: Mailbox,
        poller: Poller,
        pipeline: LogPipeline,
        figures: ServerFigures,
        threshold: Severity
    ) {
        self.mailbox = mailbox
        self.poller = poller
        self.figures = figures
        recorder = Recorder(producer: pipeline.makeProducer { mailbox.waker.wake() }, threshold: threshold)
    }

    deinit {
        buffer.deallocate()
    }

    // MARK: from other threads

    /// What other threads leave for the loop.
    final class Mailbox: EventSource, Sendable {
        fileprivate let waker = Waker()
        private let tasks = Mutex<[@Sendable (SocketLoop) -> Void]>([])

        /// Runs a task on the loop's thread.
        func execute(_ task: @escaping @Sendable (SocketLoop) -> Void) {
            tasks.withLock { $0.append(task) }
            waker.wake()
        }

        func ready(_ readiness: Readiness) {
            waker.drain()
        }

        fileprivate func take() -> [@Sendable (SocketLoop) -> Void] {
            tasks.withLock { tasks in
                defer { tasks = [] }
                return tasks
            }
        }
    }

    /// Starts the thread.
    static func start(
        pipeline: LogPipeline,
        figures: ServerFigures,
        threshold: Severity
    ) throws(Errno) -> Mailbox {
        let mailbox = Mailbox()
        // Made here, where a failure can be told; used by the thread alone from its start on.
        nonisolated(unsafe) let poller = try Poller()
        _ = try poller.add(mailbox.waker.descriptor, .read, mailbox)
        try Thread.start(named: "sockets") {
            let loop = SocketLoop(
                mailbox: mailbox,
                poller: poller,
                pipeline: pipeline,
                figures: figures,
                threshold: threshold
            )
            while true { loop.turn() }
        }
        return mailbox
    }

    // MARK: the rounds

    private func turn() {
        // What happens after a long sleep is not to be dated from before it.
        poller.wait(timeToSleep) { now = .now }
        let again = unfinished
        unfinished.removeAll(keepingCapacity: true)
        for connection in again { connection.proceed() }
        for task in mailbox.take() { task(self) }
        if let action = inEachRound.take() { action(self) }
        recorder.settle()
        tickIfDue()
        // Last, so that nothing that was recorded is left when the loop sleeps.
        flushIfDue()
        letMessagesGather()
    }

    /// Rests after a small round that followed another one closely, unless somebody waits for something.
    private func letMessagesGather() {
        let bytes = messageBytes
        messageBytes = 0
        guard bytes > 0, bytes < Self.restBytes, unfinished.isEmpty, recorder.waiterCount == 0, inEachRound == nil
        else {
            return
        }
        if let last = messagesTaken, now - last < Self.restTime {
            var time = timespec(tv_sec: 0, tv_nsec: Int(Self.restTime.wholeNanoseconds))
            nanosleep(&time, nil)
        }
        messagesTaken = .now
    }

    private var timeToSleep: Duration? {
        guard unfinished.isEmpty else { return .zero }
        guard inEachRound == nil else { return .milliseconds(10) }
        guard let due = [nextTick, flushDue].compactMap({ $0 }).min() else { return nil }
        return max(.zero, due - MonotonicTime.now)
    }

    /// What was recorded goes out as one batch, at once if somebody waits for it.
    private func flushIfDue() {
        guard recorder.hasUnflushed else {
            flushDue = nil
            return
        }
        var due = flushDue ?? now + Self.flushPatience
        if recorder.isFlushUrgent {
            due = recorder.waiterCount >= connections.count ? now : min(due, now + Self.gatherTime)
        }
        if now >= due {
            recorder.flush()
            flushDue = nil
        } else {
            flushDue = due
        }
    }

    private func tickIfDue() {
        guard !connections.isEmpty || !tickers.isEmpty else {
            nextTick = nil
            return
        }
        let due = nextTick ?? now + Self.tickInterval
        guard now >= due else {
            nextTick = due
            return
        }
        nextTick = now + Self.tickInterval
        // A connection that is closed here leaves the list, and the last one takes its place.
        for connection in connections.reversed() { connection.checkDeadline() }
        for ticker in tickers { ticker.tick() }
    }

    // MARK: listeners

    func open(_ acceptor: StreamAcceptor) {
        acceptors.append(acceptor)
        acceptor.start()
    }

    func open(_ listener: DatagramListener, isOurs: Bool) {
        datagramListeners.append((listener, isOurs))
        listener.start()
    }

    /// Stops accepting and receiving, and calls `done` when all that our own datagram sockets hold is taken in and the
    /// replies are sent.
    func closeListeners(_ done: @escaping @Sendable () -> Void) {
        isStopping = true
        for acceptor in acceptors { acceptor.stop() }
        acceptors = []
        for (listener, _) in datagramListeners { listener.stop() }
        finishDatagrams(done)
    }

    private func finishDatagrams(_ done: @escaping @Sendable () -> Void) {
        datagramListeners.removeAll { $0.listener.finish(takingTheRest: $0.isOurs) }
        guard !datagramListeners.isEmpty else { return done() }
        // Asked again in each round, and there is one soon.
        recorder.flush()
        inEachRound = { $0.finishDatagrams(done) }
    }

    // MARK: connections

    func add(_ connection: StreamConnection) {
        connection.index = connections.count
        connections.append(connection)
    }

    func remove(_ connection: StreamConnection) {
        defer {
            for acceptor in acceptors { acceptor.placeFreed() }
        }
        let last = connections.removeLast()
        guard last !== connection else { return }
        connections[connection.index] = last
        last.index = connection.index
    }

    /// Goes on with a connection in the next round: it had its turn, and others wait.
    func continueLater(_ connection: StreamConnection) {
        unfinished.append(connection)
    }

    /// Calls the ticker a few times a second.
    func add(_ ticker: any Ticker) {
        tickers.append(ticker)
        // It may come when this round has looked at the clock already, and nothing else may wake the next one.
        if nextTick == nil { nextTick = now + Self.tickInterval }
    }

    func remove(_ ticker: any Ticker) {
        tickers.removeAll { $0 === ticker }
    }

    /// Closes what is open; what cannot be ended orderly is reset.
    func giveUpConnections() {
        for connection in connections.reversed() { connection.giveUp() }
        for (listener, _) in datagramListeners { listener.giveUp() }
    }

    /// Tells what else there is to tell, as the daemon stops.
    func finish() {
        refusals.finish()
    }
}
