import Glibc
import Linux
import LogRecords
import TLS

/// A connection before it is one: it completes the TLS handshake, and becomes a `StreamConnection` if the client may
/// connect.
///
/// Until then nothing of the client's is a record, and all that is written to it is TLS's.
final class TLSHandshake: LoopMember, HandshakeWaiter {
    /// How long a client may take, from its connection on.
    static let timeLimit = Duration.seconds(10)
    /// The first byte of a stream of TLS: a handshake record (RFC 8446, section 5.1).
    private static let recordType: UInt8 = 22
    private static let receiveBytes = 16 * 1024
    /// After so many receives, others have their turn.
    private static let receivesPerTurn = 4

    private let peer: Peer
    private let proxy: Peer?
    private var place: ConnectionPlace?
    private let listener: StreamListener
    private let reader: MessageReader?
    private let throttle: StreamThrottle?
    private let worker: SocketWorker
    private let origin: Origin
    private let source: Source
    private let end: MonotonicTime
    var deadline = DeadlineQueue.Place()
    private var socket: StreamSocket
    private var context: TLSContext?
    private var tls: TLSStream?
    private var membership: EventLoop.Membership?
    private var isAdmitted = false
    private var hasReceived = false

    /// Makes a handshake on a connected, non-blocking descriptor.
    init(
        _ descriptor: Int32,
        from peer: Peer,
        through proxy: Peer?,
        _ place: consuming ConnectionPlace,
        _ listener: StreamListener,
        _ reader: MessageReader?,
        _ throttle: StreamThrottle?,
        _ worker: SocketWorker
    ) {
        self.peer = peer
        self.proxy = proxy
        self.listener = listener
        self.reader = reader
        self.throttle = throttle
        self.worker = worker
        source = Source(peer)
        end = worker.loop.now + Self.timeLimit
        origin = Origin(
            protocolName: listener.service.name,
            listener: listener.name,
            peer: peer,
            through: proxy,
            connection: place.number
        )
        self.place = consume place
        // A stream without close_notify confirms nothing, however it ends.
        socket = StreamSocket(descriptor, to: peer, endConfirms: false)
    }

    /// Begins, now or when fewer handshakes of the source are under way.
    func start(with context: TLSContext) {
        self.context = context
        do {
            membership = try worker.loop.add(self, watching: socket.descriptor, for: StreamSocket.interest)
        } catch {
            return fail("\(error)")
        }
        worker.loop.schedule(self, by: end)
        isAdmitted = worker.gate.enter(self, from: source)
    }

    var isWaiting: Bool { membership != nil && !isAdmitted }

    func admit() {
        isAdmitted = true
        if let membership { worker.loop.resumeLater(membership) }
    }

    func ready(_ readiness: Readiness) {
        socket.note(readiness)
        goOn()
    }

    func resume() { goOn() }

    func tick() {
        if worker.loop.isStopping { return abort() }
        guard worker.loop.now >= end else { return worker.loop.schedule(self, by: end) }
        let seconds = Self.timeLimit.secondsText
        fail(
            as: .timedOut,
            !isAdmitted
                ? "its turn did not come within \(seconds), because as many others of \(source) went on as may"
                : "it was not complete within \(seconds)"
        )
    }

    /// Ends without a record: nothing of the client's is lost.
    func abort() { close() }

    // MARK: the handshake

    private func goOn() {
        guard isAdmitted, let tls = tls ?? begin() else { return }
        socket.sendOutput(of: tls)
        for _ in 0..<Self.receivesPerTurn where membership != nil && socket.hasInput && !tls.session.isEstablished {
            receive(tls)
        }
        guard let membership else { return }
        if !tls.session.isEstablished {
            if socket.hasInput { worker.loop.resumeLater(membership) }
        } else if socket.sendRest() == .all {
            // What the socket did not take yet would be lost with it.
            complete(tls)
        }
    }

    private func receive(_ tls: TLSStream) {
        switch socket.receivePlain(into: tls.scratch, limit: Self.receiveBytes) {
        case .bytes(let bytes): take(bytes, tls)
        case .nothing, .incomplete: break
        case .end: endOfInput()
        case .broken(let failure): fail("\(failure)")
        // HAProxy resets a check that takes too long.
        case .failed(let error) where error.number == ECONNRESET && !hasReceived: endOfInput()
        case .failed(let error): fail("\(error)")
        }
    }

    /// Makes the session: not before its turn, since it takes memory.
    private func begin() -> TLSStream? {
        guard let context else { return nil }
        do {
            let session = try context.makeSession()
            tls = TLSStream(session, scratch: worker.encrypted, namesHost: context.namesHosts)
        } catch {
            fail("\(error)")
        }
        return tls
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>, _ tls: TLSStream) {
        guard hasReceived || bytes.first == Self.recordType else {
            listener.metrics.handshakeEnded(.plainText)
            worker.handshakes.report(plainText: bytes.span, from: origin)
            return close()
        }
        hasReceived = true
        // It completes the handshake at most, and gives no plaintext.
        _ = tls.session.receive(UnsafeRawBufferPointer(bytes), into: worker.buffer)
        socket.sendOutput(of: tls)
        switch tls.session.end {
        case .closed: fail("it ended the session before the handshake was complete")
        case .failed(let failure): fail("\(failure)")
        case nil: break
        }
    }

    private func endOfInput() {
        guard !hasReceived else { return fail("it ended the connection before the handshake was complete") }
        worker.handshakes.recordSilentEnd(of: origin)
        close()
    }

    private func complete(_ tls: TLSStream) {
        if let refusal = refusal(of: tls.session.peerCertificate) { return fail(as: .notAllowed, refusal) }
        guard let membership = membership.take(), let place = place.take() else { return }
        worker.loop.cancel(self)
        worker.loop.remove(membership, leaving: socket.descriptor)
        worker.gate.leave(source)?.admit()
        listener.metrics.handshakeEnded(.completed)
        StreamConnection(
            socket.descriptor,
            from: peer,
            through: proxy,
            place,
            listener,
            reader,
            throttle,
            worker,
            tls: tls
        ).start()
    }

    /// Why the client may not connect; nil if it may.
    private func refusal(of certificate: PeerCertificate?) -> String? {
        if context?.namesHosts == true, certificate?.names.isEmpty != false {
            return "its certificate has no name that could be the host of its messages"
        }
        guard let allowed = context?.allowedClients, !allowed.isEmpty else { return nil }
        guard let certificate else { return "it sent no certificate, and only some clients may connect" }
        guard !allowed.contains(where: { $0.matches(certificate) }) else { return nil }
        return "its certificate is none of those that may connect: its names are "
            + "\(certificate.names.joined(separator: ", ")); its fingerprint is \(certificate.fingerprint)"
    }

    // MARK: the end

    private func fail(as result: HandshakeResult = .failed, _ reason: String) {
        listener.metrics.handshakeEnded(result)
        worker.handshakes.report(reason, from: origin)
        close()
    }

    private func close() {
        place = nil
        if let membership = membership.take() {
            worker.loop.cancel(self)
            worker.loop.remove(membership)
            if isAdmitted { worker.gate.leave(source)?.admit() }
        }
        socket.reset()
        socket.close()
    }
}
