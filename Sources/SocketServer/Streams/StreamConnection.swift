import Linux
import LogRecords

/// One connection: carries its socket's events to a `ConnectionMachine` and the machine's actions back.
final class StreamConnection: LoopMember, CommitObserver, SpaceWaiter, BufferHolder {
    /// After so many receives, or so many bytes, others have their turn.
    private static let receivesPerTurn = 16
    private static let bytesPerTurn = 64 * 1024
    /// One whose last turn brought as much goes on after those that have less to do.
    private static let manyBytes = 4 * 1024

    private let listener: StreamListener
    private let worker: SocketWorker
    private let log: ConnectionLog
    // Unchecked, because asking costs more than the accesses: none of the three knows or calls the connection.
    @exclusivity(unchecked) private var socket: StreamSocket
    @exclusivity(unchecked) private var machine: ConnectionMachine
    /// Nil where what comes is data rather than messages.
    @exclusivity(unchecked) private var intake: StreamIntake?
    private var idle: IdleTimer
    private var membership: EventLoop.Membership?
    private var hasRejectedRecord = false
    private var isPumping = false
    /// Whether the last turn brought many bytes.
    private var isBusy = false
    /// Of the last record of data.
    private var lastPosition: UInt64 = 0

    /// - Parameter descriptor: connected and non-blocking; the connection closes it.
    init(
        _ descriptor: Int32,
        from peer: Peer,
        _ listener: StreamListener,
        _ reader: MessageReader?,
        _ worker: SocketWorker
    ) {
        self.listener = listener
        self.worker = worker
        let log = ConnectionLog(of: peer, listener, worker)
        self.log = log
        socket = StreamSocket(descriptor, to: peer, endConfirms: listener.service.endConfirms)
        machine = ConnectionMachine(serving: listener.service)
        intake = reader.map { StreamIntake($0, limit: listener.limits.messageLimit, from: log.origin, worker.messages) }
        idle = IdleTimer(timeout: listener.limits.idleTimeout, at: worker.loop.now)
    }

    func start() {
        socket.prepare()
        log.recordStart(by: self)
        do {
            membership = try worker.loop.add(self, watching: socket.descriptor, for: StreamSocket.interest)
        } catch {
            return end(.lost(.system(error)))
        }
        perform(machine.opened(isFull: worker.recorder.isFull))
    }

    func ready(_ readiness: Readiness) {
        socket.note(readiness)
        if readiness.contains(.write), machine.isSending { handle(socket.sendRest()) }
        takeTurn()
    }

    func resume() { pump() }

    func recordRejected() { hasRejectedRecord = true }

    func committed() {
        perform(machine.committed(!hasRejectedRecord))
        takeTurn()
    }

    func hasSpace() {
        perform(machine.hasSpace(isFull: worker.recorder.isFull))
        takeTurn()
    }

    func tick() {
        switch idle.due(in: machine.state, at: worker.loop.now) {
        case .quiet where !socket.canReceive:
            if intake?.awaitsSilence == true { handleMessages(.silence, Span()) }
            // Senders of messages keep their connections open for hours.
            if worker.loop.isStopping, intake?.hasUnfinished == false, isRecorded { abort() }
        case .timeout(let wait):
            log.recordTimeout(wait, by: self)
            handleMessages(.end, Span())
            perform(machine.timedOut())
        case .end: end(.orderly)
        case .quiet, .nothing: break
        }
    }

    func abort() {
        handleMessages(.end, Span())
        switch machine.state {
        case .receiving where isRecorded && !hasRejectedRecord && !machine.hasMalformed:
            end(listener.service.endConfirms ? .abandoned : .orderly)
        case .receiving, .committing, .sending: end(.lost(.stop))
        case .pausing:
            intake?.countUnfinished()
            end(.lost(.stop))
        case .draining: end(.orderly)
        case .done: break
        }
    }

    /// Whether all that came so far is committed or rejected.
    private var isRecorded: Bool { worker.recorder.commits.isSettled(through: intake?.lastPosition ?? lastPosition) }

    // MARK: input

    /// Receives now, or after those that have less to do.
    private func takeTurn() {
        if isBusy, let membership { worker.loop.resumeLater(membership) } else { pump() }
    }

    /// Receives as long as there is something and the machine wants it, but leaves the others their turn.
    private func pump() {
        // A commit that is there at once, as with records below the threshold, calls back from within a receive: a
        // peer that keeps sending must not make the calls nest without end.
        guard !isPumping else { return }
        isPumping = true
        let start = socket.bytesReceived
        defer {
            isPumping = false
            isBusy = socket.bytesReceived &- start >= Self.manyBytes
        }
        for _ in 0..<Self.receivesPerTurn {
            guard socket.bytesReceived &- start < Self.bytesPerTurn else { break }
            guard socket.canReceive, machine.wantsInput else { return }
            // Asked before each receive: many connections may be at it, and each adds to what waits.
            if machine.isReceiving, worker.recorder.isFull {
                perform(machine.becameFull())
            } else {
                receive()
            }
        }
        if let membership { worker.loop.resumeLater(membership) }
    }

    private func receive() {
        switch socket.receive(into: worker.buffer, limit: min(machine.receiveLimit, worker.buffer.count)) {
        case .bytes(let bytes):
            // The worker's buffer is written to by the next receive only, and that is not under way.
            take(bytes.span)
        case .nothing:
            handleMessages(.pause, Span())
        case .end:
            handleMessages(.end, Span())
            if machine.records(endOfInput: true) { log.recordReceived(Span(), by: self) }
            perform(machine.inputClosed())
        case .failed(let error):
            handleMessages(.pause, Span())
            intake?.countUnfinished()
            end(machine.isDraining ? .resetByPeer : .lost(.system(error)))
        }
    }

    private func take(_ bytes: Span<UInt8>) {
        // What trickles in after the reply does not lengthen the time for it.
        if !machine.isDraining { idle.noteActivity(at: worker.loop.now) }
        if intake != nil {
            worker.messages.countInput(bytes.count)
            handleMessages(.input, bytes)
            if !socket.canReceive { handleMessages(.pause, Span()) }
        } else if machine.records(endOfInput: false) {
            log.recordReceived(bytes, by: self)
            lastPosition = worker.recorder.position
        }
        perform(machine.received(bytes, isFull: worker.recorder.isFull))
    }

    private func handleMessages(_ step: StreamIntake.Step, _ input: Span<UInt8>) {
        guard machine.isReceiving, let outcome = intake?.handle(step, input, by: self) else { return }
        switch outcome {
        case .good: break
        case .malformed: machine.receivedMalformed()
        case .broken: perform(machine.broken())
        case .crowded: worker.makeRoom(below: intake?.memoryLimit ?? 0)
        }
    }

    // MARK: memory

    /// The source that the memory counts for.
    var source: Source { Source(log.origin.peer) }

    /// The memory that its unfinished message takes.
    var heldMemory: Int { intake?.reserved ?? 0 }

    /// Gives its unfinished message up, and with it the connection.
    func giveUpUnfinished() {
        intake?.reportCrowded()
        end(.lost(.malformedMessage))
    }

    // MARK: actions

    private func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .none: break
        case .awaitSpace: worker.recorder.commits.awaitSpace(self)
        case .awaitCommit: worker.recorder.commits.awaitCommit(self, through: worker.recorder.position)
        case .send(let bytes):
            idle.noteActivity(at: worker.loop.now)
            handle(socket.send(bytes, isLast: machine.repliesOnce))
        case .finish: socket.endOutput()
        case .close: end(.orderly)
        case .abandon: end(.abandoned)
        case .reset: end(.lost(machine.hasMalformed ? .malformedMessage : .uncommittedRecords))
        }
    }

    private func handle(_ sent: StreamSocket.Sent) {
        if sent != .nothing { idle.noteActivity(at: worker.loop.now) }
        switch sent {
        case .some, .nothing: break
        case .all:
            log.recordSent(socket.takeOutput().span, by: self)
            perform(machine.sent(isFull: worker.recorder.isFull))
        case .failed(let error): end(.lost(.system(error)))
        }
    }

    private func end(_ wanted: ConnectionLog.End) {
        machine.closed()
        var end = wanted
        let unread = socket.unreadCount
        switch end {
        case .orderly where unread > 0, .abandoned where unread > 0, .resetByPeer where unread > 0:
            end = .lost(.unreadData)
        case .orderly: socket.confirm()
        // A peer that took the orderly end for a confirmation has not ended its side yet.
        case .abandoned, .resetByPeer, .lost(.system): break
        case .lost: socket.reset()
        }
        intake.take()?.release()
        let bytes = (socket.bytesReceived, socket.bytesSent, unread)
        log.recordEnd(end, bytes: bytes, at: worker.loop.now, by: self)
        worker.metrics.closed()
        listener.metrics.connectionClosed()
        listener.releaseSlot()
        if let membership = membership.take() { worker.loop.remove(membership) }
        socket.close()
    }
}
