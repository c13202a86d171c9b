import Linux
import LogRecords
import TLS

/// One connection: carries its socket's events to a `ConnectionMachine` and the machine's actions back.
///
/// Here are its actions. Each other role has an extension: input, commits, deadlines, memory, hand-over.
final class StreamConnection: LoopMember, ThrottledStream {
    let listener: StreamListener
    let worker: SocketWorker
    /// Nil where sources may send as much as they like.
    let throttle: StreamThrottle?
    var place: ConnectionPlace?
    var isThrottled = false
    // Unchecked, because asking costs more than the accesses: none of them knows or calls the connection.
    @exclusivity(unchecked) var socket: StreamSocket
    @exclusivity(unchecked) var machine: ConnectionMachine
    @exclusivity(unchecked) var records: ConnectionRecords
    @exclusivity(unchecked) var turn: StreamTurn
    @exclusivity(unchecked) var idle: IdleTimer
    @exclusivity(unchecked) var membership: EventLoop.Membership?
    @exclusivity(unchecked) var deadline = DeadlineQueue.Place()
    var hasRejectedRecord = false
    var awaitsAnswers = false
    /// As many bytes are received before the next process goes on; .max while none is to.
    var handoverPoint = Int.max

    /// Makes a connection of a connected, non-blocking descriptor, and closes that at its end.
    init(
        _ descriptor: Int32,
        from peer: Peer,
        through proxy: Peer?,
        _ place: consuming ConnectionPlace,
        _ listener: StreamListener,
        _ reader: MessageReader?,
        _ throttle: StreamThrottle?,
        _ worker: SocketWorker,
        tls: TLSStream? = nil
    ) {
        (self.listener, self.worker, self.throttle) = (listener, worker, throttle)
        turn = StreamTurn(maxBytes: throttle?.turnBytes)
        records = ConnectionRecords(of: peer, through: proxy, number: place.number, listener, reader, worker, tls)
        self.place = consume place
        socket = StreamSocket(descriptor, to: proxy ?? peer, endConfirms: listener.service.endConfirms, tls: tls)
        machine = ConnectionMachine(serving: listener.service)
        idle = IdleTimer(timeout: listener.limits.idleTimeout, at: worker.loop.now)
    }

    var source: Source { records.log.source }

    func start() {
        socket.prepare()
        if records.areAnswered { KeepAlive.set(socket.descriptor) }
        records.log.recordStart(by: self)
        watch()
    }

    /// Begins to receive.
    func watch() {
        do {
            membership = try worker.loop.add(self, watching: socket.descriptor, for: StreamSocket.interest)
        } catch {
            return end(.lost(.system(error)))
        }
        perform(machine.opened(isFull: isPipelineFull))
        awaitDeadline()
    }

    func ready(_ readiness: Readiness) {
        socket.note(readiness)
        if readiness.contains(.write), machine.isSending { handle(socket.sendRest()) }
        takeTurn()
    }

    func resume() { pump() }

    func abort() {
        takeLeft()
        take(.end)
        // What was not read for want of space, or waits for the next process and its records.
        if [.pausing, .suspending].contains(machine.state) { records.countUnfinished() }
        let isRecorded = records.areSettled && !hasRejectedRecord
        if let end = ConnectionEnd(stopping: machine, isRecorded: isRecorded) { self.end(end) }
    }

    // MARK: actions

    func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .none: break
        case .awaitSpace: worker.recorder.commits.awaitSpace(self, isBusy: turn.isBusy)
        case .awaitCommit:
            if !records.holdReply(machine.replySize) { worker.makeRoom() }
            worker.recorder.commits.awaitCommit(self, through: records.lastPosition)
        case .send(let bytes):
            idle.noteActivity(at: worker.loop.now)
            handle(socket.send(bytes, isLast: machine.repliesOnce))
        case .finish: socket.endOutput()
        case .close: end(.orderly)
        case .abandon: end(.abandoned)
        case .reset: end(.lost(machine.hasMalformed ? .malformedMessage : .uncommittedRecords))
        case .handOver: leave()
        }
    }

    private func handle(_ sent: StreamSocket.Sent) {
        if sent != .nothing { idle.noteActivity(at: worker.loop.now) }
        switch sent {
        case .some, .nothing: break
        case .all:
            records.recordSent(socket.takeOutput(), by: self)
            _ = records.holdReply(0)
            perform(machine.sent(isFull: isPipelineFull))
            if records.areAnswered { answer() }
        case .failed(let error): end(.lost(.system(error)))
        }
    }

    func end(_ wanted: ConnectionEnd) {
        machine.closed()
        let unread = socket.unreadCount
        let end = wanted.withUnread(unread)
        let bytes = (socket.bytesReceived, socket.bytesSent, unread)
        records.log.recordEnd(end, bytes: bytes, at: worker.loop.now, by: self)
        release()
        if let membership = membership.take() { worker.loop.remove(membership) }
        socket.close(end.socketAction)
    }
}
