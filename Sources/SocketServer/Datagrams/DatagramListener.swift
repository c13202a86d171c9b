import CLinux
import Glibc
import Linux
import LogFormats
import LogRecords

/// One datagram socket: records what arrives and what is sent back. Used on its loop's thread only.
final class DatagramListener: EventSource, Recorder.SpaceWaiter, SocketLoop.Ticker {
    final class Reply: Recorder.Author {
        let bytes: [UInt8]
        let address: [UInt8]
        let origin: Origin
        var isRefused = false
        private let listener: DatagramListener

        init(_ bytes: [UInt8], to address: [UInt8], _ origin: Origin, from listener: DatagramListener) {
            self.bytes = bytes
            self.address = address
            self.origin = origin
            self.listener = listener
        }

        func committed(_ success: Bool) {
            listener.committed(success)
        }
    }

    private static let dropRecordInterval = Duration.seconds(1)
    private static let receiveBuffer: Int32 = 4 * 1024 * 1024
    /// Replies that wait for commits; above it nothing is received.
    private static let replyLimit = 1024

    let name: String
    private let spoken: any SocketProtocol
    /// Nil where what comes is data rather than messages.
    private let intake: DatagramIntake?
    private let socket: Int32
    let loop: SocketLoop
    let listenerOrigin: Origin
    private var token: Poller.Token?
    private var origins: OriginCache
    /// In the order of the waits that the recorder holds for them.
    private var replies: [Reply] = []
    private var dropsSeen: UInt32 = 0
    private var dropsToTell: UInt32 = 0
    private var lastDropRecord: MonotonicTime?
    private var awaitsSpace = false
    private var isStopped = false
    private var isGivenUp = false

    init(_ socket: DatagramSocket, loop: SocketLoop) {
        name = socket.name
        spoken = socket.spoken
        self.socket = socket.descriptor
        self.loop = loop
        intake = spoken.format.map { DatagramIntake($0, limit: socket.messageLimit, loop: loop) }
        origins = OriginCache(protocolName: spoken.name, listener: name)
        listenerOrigin = Origin(protocolName: spoken.name, listener: name, peer: nil, connection: nil)
    }

    func start() {
        // A socket unit may ask for time stamps; they would take the only place of the drop count.
        set(SO_TIMESTAMP, 0)
        set(SO_RXQ_OVFL, 1)
        set(SO_PASSCRED, 1)
        // Beyond net.core.rmem_max only the privileged may go; systemd's ReceiveBuffer= is the better way.
        if !set(SO_RCVBUFFORCE, Self.receiveBuffer) { set(SO_RCVBUF, Self.receiveBuffer) }
        resume()
    }

    /// Receives no more of its own accord.
    func stop() {
        isStopped = true
        pause()
    }

    /// Takes in what the socket still holds, as far as there is room, and tells what is not told yet.
    ///
    /// - Returns: whether all is taken in and all replies are sent.
    func finish(takingTheRest: Bool) -> Bool {
        if takingTheRest, !isGivenUp {
            repeat {
                guard hasRoom else { return false }
            } while receive()
        }
        tellDrops()
        intake?.finish()
        return replies.isEmpty || isGivenUp
    }

    /// Sends no more replies, as the daemon stops; what waits in the socket stays there.
    func giveUp() {
        guard !isGivenUp else { return }
        isGivenUp = true
        stop()
        intake?.finish()
        for reply in replies { recordLoss(of: reply, "the daemon stops", nil) }
    }

    // MARK: receiving

    func ready(_ readiness: Readiness) {
        _ = receive()
        guard !hasRoom else { return }
        pause()
        resumeIfRoom()
    }

    func hasSpace() {
        awaitsSpace = false
        resumeIfRoom()
    }

    private var hasRoom: Bool { replies.count < Self.replyLimit && !loop.recorder.isFull }

    /// Goes on if there is room, and else makes sure to be told: of a commit, as long as replies fill it, or of space.
    private func resumeIfRoom() {
        if hasRoom { return resume() }
        guard replies.count < Self.replyLimit, !awaitsSpace, !isStopped else { return }
        awaitsSpace = true
        loop.recorder.awaitSpace(self)
    }

    private func resume() {
        guard token == nil, !isStopped else { return }
        do {
            token = try loop.poller.add(socket, .read, self)
        } catch {
            recordFailure(error)
            loop.add(self)
        }
    }

    private func pause() {
        guard let token else { return }
        self.token = nil
        loop.poller.remove(socket, token)
    }

    /// Receives what is there, once.
    ///
    /// - Returns: whether there may be more.
    private func receive() -> Bool {
        do {
            let reception = loop.reception()
            let count = try loop.datagramReceiver.receive(from: socket) { handle($0, reception) }
            // No datagram follows the last drops to tell of them.
            countDrops(dropsSoFar)
            return count > 0
        } catch {
            recordFailure(error)
            return false
        }
    }

    private func handle(_ datagram: Datagram, _ reception: Reception) {
        countDrops(datagram.dropped)
        loop.figures.datagramReceived()
        let origin = origins.origin(of: datagram)
        // The receiver's memory holds the datagram as long as it is handled.
        let bytes = datagram.bytes.bindMemory(to: UInt8.self)
        if let intake { return intake.take(bytes.span, length: datagram.length, from: origin, reception) }
        var reply: Reply?
        if !datagram.address.isEmpty, let answer = spoken.reply(to: bytes.span) {
            reply = Reply(answer, to: Array(datagram.address), origin, from: self)
        }
        recordData(.dataReceived, "Received data from ", bytes.span, origin, cutFrom: datagram.length, by: reply)
        guard let reply else { return }
        replies.append(reply)
        loop.recorder.awaitCommit(reply)
    }

    // MARK: replies

    private func committed(_ success: Bool) {
        let reply = replies.removeFirst()
        if success, !isGivenUp { send(reply) }
        if token == nil { resumeIfRoom() }
    }

    private func send(_ reply: Reply) {
        let sent = reply.bytes.withUnsafeBytes { bytes in
            reply.address.withUnsafeBytes { address in
                // The kernel wrote these bytes as a socket address; it may read them as one.
                sendto(
                    socket,
                    bytes.baseAddress,
                    bytes.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
                    address.assumingMemoryBound(to: sockaddr.self).baseAddress,
                    socklen_t(address.count)
                )
            }
        }
        guard sent >= 0 else {
            let error = Errno.last
            return recordLoss(of: reply, "\(error)", error)
        }
        let bytes = reply.bytes
        recordData(.dataSent, "Sent data to ", bytes.span, reply.origin, cutFrom: bytes.count)
    }

    // MARK: drops

    /// What SO_RXQ_OVFL tells with each datagram, asked for; nil where the kernel does not say (SO_MEMINFO).
    private var dropsSoFar: UInt32? {
        // The counters that the kernel writes; see linux/sock_diag.h.
        var counters = [UInt32](repeating: 0, count: 9)
        var length = socklen_t(counters.count * MemoryLayout<UInt32>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_MEMINFO, &counters, &length) == 0 else { return nil }
        return counters.last
    }

    private func countDrops(_ total: UInt32?) {
        // An older count may come with a datagram that waited.
        guard let total, Int32(bitPattern: total &- dropsSeen) > 0 else { return }
        let new = total &- dropsSeen
        dropsSeen = total
        if dropsToTell == 0 { loop.add(self) }
        dropsToTell &+= new
        loop.figures.dropped(UInt64(new))
        tick()
    }

    /// Tells of drops, once a second at most; what the kernel drops in between is added up.
    func tick() {
        if let last = lastDropRecord, dropsToTell > 0, loop.now - last < Self.dropRecordInterval { return }
        loop.remove(self)
        resumeIfRoom()
        tellDrops()
    }

    private func tellDrops() {
        guard dropsToTell > 0 else { return }
        lastDropRecord = loop.now
        loop.recorder.record(.datagramsDropped, .warning, listenerOrigin) { record in
            record.append("\(dropsToTell) datagrams dropped by the kernel at \(name): its receive buffer was full")
            record.set(.dropped, to: Int64(dropsToTell))
        }
        dropsToTell = 0
    }

    @discardableResult
    private func set(_ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(socket, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }
}
