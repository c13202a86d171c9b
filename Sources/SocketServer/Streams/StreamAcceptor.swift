import CLinux
import Glibc
import Linux
import LogRecords

/// Accepts the connections of one listener on one thread: not above the limit, not while the pipeline is full, and not
/// at once again after a failure such as too many open files. What is not accepted waits in the kernel's backlog.
final class StreamAcceptor: EventSource, Recorder.SpaceWaiter, SocketLoop.Ticker {
    private static let acceptsPerTurn = 32
    private static let failureRecordInterval = Duration.seconds(10)

    private let listener: StreamListener
    private let socket: Int32
    private let loop: SocketLoop
    private let origin: Origin
    private var token: Poller.Token?
    private var isStopped = false
    /// As many connections are open as may be; those of other threads are looked after by ticks.
    private var isWaitingForPlace = false
    private var failures = 0
    private var lastFailureRecord: MonotonicTime?

    init(_ listener: StreamListener, on socket: Int32, loop: SocketLoop) {
        self.listener = listener
        self.socket = socket
        self.loop = loop
        origin = Origin(protocolName: listener.spoken.name, listener: listener.name, peer: nil, connection: nil)
    }

    func start() {
        resume()
    }

    /// Accepts no more. The socket is not closed here: other threads may accept from it.
    func stop() {
        isStopped = true
        loop.remove(self)
        pause()
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.acceptsPerTurn {
            guard !loop.recorder.isFull else {
                pause()
                return loop.recorder.awaitSpace(self)
            }
            guard listener.takePlace() else {
                isWaitingForPlace = true
                return pauseForAWhile()
            }
            guard accept() else { return listener.givePlaceBack() }
        }
    }

    func hasSpace() {
        resume()
    }

    /// A connection of this thread has ended.
    func placeFreed() {
        if isWaitingForPlace { tick() }
    }

    /// A while has passed.
    func tick() {
        isWaitingForPlace = false
        loop.remove(self)
        resume()
    }

    /// - Returns: whether there was a connection to accept.
    private func accept() -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // sockaddr_storage holds the address of any family; accept(2) writes as one.
        let connection = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                clinux_accept4(socket, $0, &length, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
            }
        }
        guard connection >= 0 else {
            let error = Errno.last
            switch error.number {
            case EAGAIN: return false
            // The one who came is gone already: the next one, please.
            case ECONNABORTED, EINTR, EPROTO: return false
            default:
                recordFailure(error)
                pauseForAWhile()
                return false
            }
        }
        let peer = Peer(address, length) ?? Peer(credentialsOf: connection)
        StreamConnection(connection, from: peer, listener: listener, loop: loop).start()
        return true
    }

    private func pause() {
        guard let token else { return }
        self.token = nil
        loop.poller.remove(socket, token)
    }

    private func pauseForAWhile() {
        pause()
        loop.add(self)
    }

    private func resume() {
        guard token == nil, !isStopped else { return }
        do {
            token = try loop.poller.add(socket, [.read, .exclusive], self)
        } catch {
            recordFailure(error)
            loop.add(self)
        }
    }

    /// At most one record in ten seconds; the failures in between are counted.
    private func recordFailure(_ error: Errno) {
        failures += 1
        if let last = lastFailureRecord, loop.now - last < Self.failureRecordInterval { return }
        lastFailureRecord = loop.now
        loop.recorder.record(.acceptFailed, .warning, origin) { record in
            record.append("Cannot accept connections at \(listener.name): \(error)")
            record.append(failures > 1 ? ", \(failures) times; they wait" : "; they wait")
            record.set(.errno, to: Int64(error.number))
        }
        failures = 0
    }
}
