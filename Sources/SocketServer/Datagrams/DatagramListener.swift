import Glibc
import Linux
import LogFormats
import LogRecords

/// Serves one datagram socket on one thread: records what comes, and replies where the service does.
///
/// It pauses while the pipeline is full or too many replies wait, and for a while after a failed receive. What is not
/// received waits in the socket, and is dropped by the kernel when that is full.
final class DatagramListener: EventSource, SpaceWaiter, Ticker, LoopListener {
    /// The most calls of recvmmsg(2) in a turn; after them others have theirs.
    private static let receivesPerTurn = 8
    /// After a failure it tries again so much later.
    private static let retryTime = Duration.milliseconds(250)

    private let socket: DatagramSocket
    private let worker: SocketWorker
    private let log: DatagramLog
    private let account: MessageAccount
    /// Nil where what comes is data rather than messages.
    private let intake: DatagramIntake?
    private let drops: DropCounter
    /// Nil where sources may send as much as they like.
    private let throttle: DatagramThrottle?
    private lazy var replies = DatagramReplies(socket.descriptor, worker, log) { [weak self] in
        self?.resumeIfRoom()
    }
    private let receiver: DatagramReceiver
    private var origins: OriginCache
    private var token: Poller.Token?
    private var failures = RateLimit(interval: .seconds(10))
    var deadline = DeadlineQueue.Place()
    /// Whether a tick will end the pause after a failure.
    private var awaitsTick = false
    private var awaitsSpace = false
    private var isStopped = false
    private var isAborted = false
    /// After a stop: how much of what the socket held then is still to be received, in bytes of the kernel's memory.
    private var backlog = 0

    init(_ socket: DatagramSocket, _ worker: SocketWorker) {
        self.socket = socket
        self.worker = worker
        log = DatagramLog(worker.recorder, socket)
        receiver = DatagramReceiver(for: socket.descriptor)
        let account = worker.accounts.open(socket.metrics)
        self.account = account
        intake = socket.service.format.map { format in
            let reader = MessageReader(format, under: socket.policy, account)
            return DatagramIntake(reader, limit: socket.limits.messageLimit, worker)
        }
        if let intake { worker.datagramHolders.append(intake) }
        drops = DropCounter(socket.descriptor, from: socket.earlierDrops, worker, log, account)
        throttle = socket.limits.sourceRates.map { [log] in DatagramThrottle($0, worker.loop, log, account) }
        origins = OriginCache(protocolName: socket.service.name, listener: socket.name, worker.metrics.sources)
    }

    func start() {
        DatagramReceiver.prepare(socket.descriptor)
        resumeIfRoom()
    }

    /// A socket that the daemon opened goes on with what it holds, and takes nothing that comes later, however fast.
    func stop() {
        guard !isStopped else { return }
        isStopped = true
        if socket.isOpenedByDaemon { backlog = SocketMemory.bytesHeld(by: socket.descriptor) }
        if !isReceiving { pause() }
    }

    /// Completes what is under way, and closes the socket: here, where nothing else uses it.
    func finish() -> Bool {
        if isReceiving {
            // Also finds out that nothing is left, which is not reported.
            guard hasRoom, !receive() || backlog <= 0 else { return false }
        }
        pause()
        backlog = 0
        drops.finish()
        throttle?.finish()
        intake?.finish()
        replies.finish()
        guard replies.isDone else { return false }
        close(socket.descriptor)
        return true
    }

    /// Sends no more replies; what waits in the socket stays there.
    func abort() {
        guard !isAborted else { return }
        isAborted = true
        stop()
        pause()
        intake?.finish()
        replies.abort()
    }

    func memberRemoved() {}

    func ready(_ readiness: Readiness) {
        _ = receive()
        guard !hasRoom || !isReceiving else { return }
        pause()
        resumeIfRoom()
    }

    func hasSpace() {
        awaitsSpace = false
        resumeIfRoom()
    }

    func tick() {
        awaitsTick = false
        resumeIfRoom()
    }

    // MARK: pauses

    /// Whether there is something to receive that is not the next daemon's.
    private var isReceiving: Bool { !isStopped || backlog > 0 && !isAborted }

    private var hasRoom: Bool { !replies.isFull && !worker.recorder.isFull }

    /// Goes on if there is room, and otherwise as soon as there is: after a commit, as long as replies fill it, or when
    /// the pipeline has space.
    private func resumeIfRoom() {
        guard token == nil, isReceiving, !awaitsTick else { return }
        if hasRoom { return resume() }
        guard !replies.isFull, !awaitsSpace else { return }
        awaitsSpace = true
        worker.recorder.commits.awaitSpace(self)
    }

    private func resume() {
        do {
            token = try worker.loop.poller.add(socket.descriptor, .read, self)
        } catch {
            failed(error)
        }
    }

    private func pause() {
        guard let token else { return }
        self.token = nil
        worker.loop.poller.remove(socket.descriptor, token)
    }

    /// Reports a failure, and tries again after a while: a socket that keeps failing must not keep the thread busy.
    private func failed(_ error: Errno) {
        failures.add()
        if let count = failures.take(at: worker.loop.now) { log.recordFailure(error, count: count) }
        pause()
        guard !awaitsTick, !isStopped else { return }
        awaitsTick = true
        worker.loop.schedule(self, after: Self.retryTime)
    }

    // MARK: receiving

    /// Receives what is there, but leaves the others their turn.
    ///
    /// - Returns: whether there may be more.
    private func receive() -> Bool {
        do {
            for _ in 0..<Self.receivesPerTurn {
                let context = worker.messages.receiveContext()
                let count = try receiver.receive(from: socket.descriptor) { handle($0, context) }
                if count > 0 { drops.noteReceive() }
                guard count == receiver.slots else { return count > 0 }
                guard hasRoom, isReceiving else { break }
            }
            // A rest while more waits would only limit the rate.
            worker.messages.countInput(ReadPacing.fewBytes)
            return true
        } catch {
            failed(error)
            return false
        }
    }

    private func handle(_ datagram: Datagram, _ context: ReceiveContext) {
        if isStopped { backlog -= datagram.length + SocketMemory.leastOverhead }
        drops.note(datagram.dropped)
        account.countDatagram()
        let (origin, source) = origins.sender(of: datagram)
        guard throttle?.admits(origin, source, bytes: datagram.length) != false else { return }
        // The receiver's memory holds the datagram as long as it is handled.
        let bytes = datagram.bytes.bindMemory(to: UInt8.self)
        if let intake {
            worker.messages.countInput(bytes.count)
            return intake.take(bytes.span, length: datagram.length, from: origin, source, context)
        }
        var reply: DatagramReplies.Reply?
        if !datagram.address.isEmpty, let answer = socket.service.exchange?.reply(to: bytes.span) {
            let isGreeting = socket.service.exchange?.repliesOnce == true
            reply = replies.make(answer, to: datagram, origin, isGreeting: isGreeting)
        }
        let before = worker.recorder.position
        account.countReceived(from: source)
        log.recordReceived(bytes.span, length: datagram.length, from: origin, by: reply, account, at: worker.loop.now)
        let position = worker.recorder.position
        if let reply { replies.sendWhenCommitted(reply, through: position == before ? nil : position) }
    }
}
