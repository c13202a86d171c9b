import CLinux
import Glibc
import Linux
import LogRecords

/// Accepts connections of one listener on one thread.
///
/// It pauses at the connection limits, while the pipeline is full, and for a while after a failed accept. Clients that are
/// not accepted wait in the kernel's backlog.
final class StreamAcceptor: EventSource, SpaceWaiter, Ticker, LoopListener {
    private static let acceptsPerTurn = 32
    /// After so long it tries again.
    private static let retryTime = Duration.milliseconds(250)

    private let listener: StreamListener
    private let socket: Int32
    private let worker: SocketWorker
    private let origin: Origin
    /// Nil where what comes is data rather than messages.
    private let reader: MessageReader?
    private var token: Poller.Token?
    private var isStopped = false
    /// As many connections are open as may be; a tick finds out about those of other threads.
    private var isWaitingForSlot = false
    private var failures = RateLimit(interval: .seconds(10))
    /// Nil where sources may send as much as they like.
    private let throttle: StreamThrottle?
    private let refusals: ConnectionRefusals?
    var deadline = DeadlineQueue.Place()

    init(_ listener: StreamListener, on socket: Int32, _ worker: SocketWorker) {
        self.listener = listener
        self.socket = socket
        self.worker = worker
        let account = worker.accounts.open(listener.metrics)
        reader = listener.service.format.map { MessageReader($0, under: listener.policy, account) }
        let origin = Origin(protocolName: listener.service.name, listener: listener.name, peer: nil, connection: nil)
        self.origin = origin
        throttle = StreamThrottle(of: listener, worker)
        refusals = listener.sourceConnections.map { ConnectionRefusals($0, listener, origin, worker) }
    }

    func start() {
        // Fails on Unix sockets, which need none of it.
        if listener.service.replies { KeepAlive.setForReplies(socket) }
        resume()
    }

    /// Accepts no more.
    ///
    /// The socket is not closed here: other threads may accept from it.
    func stop() {
        isStopped = true
        throttle?.finish()
        refusals?.finish()
        worker.loop.cancel(self)
        pause()
    }

    func finish() -> Bool { true }

    func abort() {
        stop()
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.acceptsPerTurn {
            // The metrics can be had while the log stands still, and have descriptors of their own.
            let isMetrics = listener.service.isMetrics
            guard isMetrics || !worker.recorder.isFull else {
                pause()
                return worker.recorder.commits.awaitSpace(self)
            }
            guard isMetrics || worker.metrics.hasRoom else {
                // As if accept(2) had failed: the last descriptors are kept for the log and the configuration.
                recordFailure(Errno(EMFILE))
                isWaitingForSlot = true
                return pauseUntilTick()
            }
            guard listener.acquireSlot() else {
                isWaitingForSlot = true
                return pauseUntilTick()
            }
            guard accept() else { return listener.releaseSlot() }
        }
    }

    func hasSpace() {
        resume()
    }

    func memberRemoved() {
        if isWaitingForSlot { tick() }
    }

    func tick() {
        isWaitingForSlot = false
        worker.loop.cancel(self)
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
            // Nothing is there, or the client is already gone; epoll reports the next one.
            if [EAGAIN, ECONNABORTED, EINTR, EPROTO].contains(error.number) { return false }
            recordFailure(error)
            pauseUntilTick()
            return false
        }
        let peer = Peer(address, length) ?? Peer(credentialsOf: connection)
        let place = ConnectionPlace(at: listener, worker.metrics)
        if listener.service.isMetrics {
            MetricsConnection(connection, from: peer, place, listener, worker).start()
        } else if listener.trustedProxies != nil {
            ProxiedConnection(connection, from: peer, place, listener, worker) { client, place in
                self.serve(connection, of: client, through: peer, place)
            }.start()
        } else {
            serve(connection, of: peer, place)
        }
        return true
    }

    /// Serves a client, unless its source has as many connections as it may.
    private func serve(
        _ connection: Int32,
        of client: Peer,
        through proxy: Peer? = nil,
        _ place: consuming ConnectionPlace
    ) {
        guard refusals?.admits(connection, from: client, &place) != false else { return }
        if let tls = listener.tls {
            TLSHandshake(connection, from: client, through: proxy, place, listener, reader, throttle, worker)
                .start(with: tls.context)
        } else {
            StreamConnection(connection, from: client, through: proxy, place, listener, reader, throttle, worker)
                .start()
        }
    }

    private func pause() {
        guard let token else { return }
        self.token = nil
        worker.loop.poller.remove(socket, token)
    }

    private func pauseUntilTick() {
        pause()
        worker.loop.schedule(self, after: Self.retryTime)
    }

    private func resume() {
        guard token == nil, !isStopped else { return }
        do {
            token = try worker.loop.poller.add(socket, [.read, .exclusive], self)
        } catch {
            recordFailure(error)
            worker.loop.schedule(self, after: Self.retryTime)
        }
    }

    private func recordFailure(_ error: Errno) {
        failures.add()
        guard let count = failures.take(at: worker.loop.now) else { return }
        worker.recorder.record(.acceptFailed, .warning, origin) { record in
            record.append("Cannot accept connections at \(listener.name): \(error)")
            record.append(count > 1 ? ", \(count) times; they wait" : "; they wait")
            record.set(.errno, to: Int64(error.number))
        }
    }
}
