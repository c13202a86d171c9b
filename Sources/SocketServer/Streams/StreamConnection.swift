import CLinux
import Glibc
import Linux
import LogRecords

/// One connection: carries its socket's events to a `ConnectionMachine` and the machine's actions back, and records
/// what happens.
final class StreamConnection: EventSource, Recorder.Author, Recorder.SpaceWaiter {
    /// After so many receives it is the others' turn.
    private static let receivesPerTurn = 16

    enum Failure {
        case system(Errno)
        case other(String)
    }

    let socket: Int32
    let listener: StreamListener
    let loop: SocketLoop
    let origin: Origin
    let started: MonotonicTime
    var machine: ConnectionMachine
    /// Nil where what comes is data rather than messages.
    var intake: StreamIntake?
    var isRefused = false
    private var token: Poller.Token?
    /// Whether a receive would bring something, as far as is known: told once, and forgotten when all was taken.
    private(set) var mayReceive = false
    /// Whether only an empty receive shows that all was taken. Others stop early at urgent data (tcp(7)) and at open
    /// files that were sent along (unix(7)), and the end of the stream is told once, too.
    private var mayStopEarly: Bool
    /// Whether the last byte received is still with the kernel; see `receiveButOne`.
    var isWithholding = false
    private(set) var hasPeerEnded = false
    private var isPumping = false
    private var isContinued = false
    private(set) var lastActivity: MonotonicTime
    private var outgoing: [UInt8] = []
    private var outgoingStart = 0
    /// Of the last record of received data.
    var lastPosition: UInt64 = 0
    private(set) var bytesReceived = 0
    private(set) var bytesSent = 0

    /// The place in the loop's list of connections.
    var index = 0

    /// - Parameter socket: connected and non-blocking; the connection closes it.
    init(_ socket: Int32, from peer: Peer, listener: StreamListener, loop: SocketLoop) {
        self.socket = socket
        self.listener = listener
        self.loop = loop
        machine = ConnectionMachine(speaking: listener.spoken)
        intake = listener.spoken.format.map { StreamIntake($0, limit: listener.limits.messageLimit) }
        if case .internet = peer { mayStopEarly = false } else { mayStopEarly = true }
        started = loop.now
        lastActivity = loop.now
        origin = Origin(
            protocolName: listener.spoken.name,
            listener: listener.name,
            peer: peer,
            connection: loop.figures.opened()
        )
    }

    var recorder: Recorder { loop.recorder }

    func start() {
        loop.add(self)
        if intake != nil {
            watchPeer()
            beginUnconfirmed()
        }
        recordStart()
        do {
            // Told once for each change: nothing need be told again when the machine wants no input for a while.
            token = try loop.poller.add(socket, [.read, .write, .urgent, .readEnd, .edge], self)
        } catch {
            return end(.system(error))
        }
        perform(machine.opened(isFull: recorder.isFull))
    }

    // MARK: events

    func ready(_ readiness: Readiness) {
        let special = readiness.intersection([.urgent, .readEnd, .hangup])
        if !special.isEmpty { mayStopEarly = true }
        if !readiness.isDisjoint(with: [.readEnd, .hangup]) { hasPeerEnded = true }
        if readiness.contains(.read) || !special.isEmpty { mayReceive = true }
        if readiness.contains(.write), machine.state == .sending { send() }
        pump()
    }

    /// Receives as long as there is something and the machine wants it, but leaves the others their turn.
    func pump() {
        // A commit that is there at once, as with records below the threshold, calls back from within a receive: a
        // peer that keeps sending must not make the calls nest without end.
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        for _ in 0..<Self.receivesPerTurn {
            guard mayReceive, machine.wantsInput else { return }
            // Asked before each receive: many connections may be at it, and each adds to what waits.
            if machine.state == .receiving, recorder.isFull {
                perform(machine.becameFull())
            } else {
                receive()
            }
        }
        // Once, whatever else it is told of before: more turns than one would be taken from the others.
        if !isContinued { loop.continueLater(self) }
        isContinued = true
    }

    /// Its next turn has come.
    func proceed() {
        isContinued = false
        pump()
    }

    func committed(_ success: Bool) {
        perform(machine.committed(success))
        pump()
    }

    func hasSpace() {
        perform(machine.hasSpace(isFull: recorder.isFull))
        pump()
    }

    // MARK: the socket

    private func receive() {
        let limit = min(
            machine.state == .draining ? SocketLoop.receiveBytes : listener.spoken.receiveLimit,
            loop.buffer.count
        )
        // Bytes that were taken before.
        let start = isWithholding ? 1 : 0
        let count = withholds ? receiveButOne(limit) : recv(socket, loop.buffer.baseAddress, limit, 0)
        guard count > 0 else {
            mayReceive = false
            if count == 0 { return endOfInput() }
            let error = Errno.last
            return error.number == EAGAIN ? pauseMessages() : end(.system(error))
        }
        // What trickles in after the reply does not lengthen the time for it.
        if machine.state != .draining { lastActivity = loop.now }
        bytesReceived &+= count
        // A receive that was not filled took everything (epoll(7)); what comes later is told anew.
        mayReceive = count == limit || mayStopEarly
        // The loop's buffer is written to by the next receive only, and that is not under way.
        let bytes = UnsafeRawBufferPointer(rebasing: loop.buffer[start..<start + count]).bindMemory(to: UInt8.self)
        if machine.records(endOfInput: false) {
            if intake == nil {
                recordData(.dataReceived, "Received data: ", bytes.span)
                lastPosition = recorder.position
            } else {
                loop.messageBytes &+= count
                takeMessages(in: bytes.span)
                if !mayReceive { pauseMessages() }
            }
        }
        perform(machine.received(bytes.span, isFull: recorder.isFull))
    }

    private func endOfInput() {
        endMessages()
        if machine.records(endOfInput: true) { recordData(.dataReceived, "Received data: ", Span()) }
        perform(machine.inputClosed())
    }

    func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .none:
            break
        case .awaitSpace:
            recorder.awaitSpace(self)
        case .awaitCommit:
            recorder.awaitCommit(self)
        case .send(let bytes):
            outgoing = bytes
            outgoingStart = 0
            lastActivity = loop.now
            send()
        case .finish:
            shutdown(socket, Int32(SHUT_WR))
        case .close:
            end(nil)
        case .reset:
            reset(machine.hasRefused ? "one of its messages could not be read" : "its records could not be committed")
        }
    }

    /// Sends what the socket takes; the rest follows when it is ready for more.
    private func send() {
        // With MSG_MORE the last reply and the end of the stream leave in one segment.
        let flags = Int32(MSG_NOSIGNAL) | (listener.spoken.repliesOnce ? Int32(MSG_MORE) : 0)
        while outgoingStart < outgoing.count {
            let count = outgoing.withUnsafeBytes { bytes in
                Glibc.send(socket, bytes.baseAddress?.advanced(by: outgoingStart), bytes.count - outgoingStart, flags)
            }
            guard count >= 0 else {
                let error = Errno.last
                return error.number == EAGAIN || error.number == EINTR ? () : end(.system(error))
            }
            outgoingStart += count
            bytesSent &+= count
            lastActivity = loop.now
        }
        recordData(.dataSent, "Sent data: ", outgoing.span)
        outgoing = []
        perform(machine.sent(isFull: recorder.isFull))
    }

    /// Closes so that the peer sees a reset (SO_LINGER of zero; see socket(7)).
    func reset(_ reason: String) {
        var zero = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &zero, socklen_t(MemoryLayout<linger>.size))
        end(.other(reason))
    }

    func end(_ failure: Failure?) {
        machine.closed()
        if failure == nil, listener.spoken.format != nil { confirm() }
        releaseHeld()
        recordEnd(failure)
        if let token { loop.poller.release(token) }
        token = nil
        close(socket)
        loop.figures.closed()
        listener.givePlaceBack()
        loop.remove(self)
    }
}
