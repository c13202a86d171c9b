import CLinux
import Glibc
import Linux
import LogFormats
import LogRecords

/// A connection of a proxy before its client's bytes: reads the PROXY header, and makes way for a `StreamConnection` of
/// the client that the header names.
///
/// It makes way when the client's first byte is there. A connection that ends before it makes no record: proxies try
/// their servers so, every few seconds.
final class ProxiedConnection: LoopMember {
    /// How long the header may take; the specification asks for at least 3 s.
    static let headerTime = Duration.seconds(10)

    private enum State {
        case header
        case firstByte(client: Peer)
        case done
    }

    private let descriptor: Int32
    private let proxy: Peer
    private var place: ConnectionPlace?
    private let listener: StreamListener
    private let worker: SocketWorker
    private let makeWay: (_ client: Peer, _ place: consuming ConnectionPlace) -> Void
    var deadline = DeadlineQueue.Place()
    private var state = State.header
    private var membership: EventLoop.Membership?
    private var hasPeerEnded = false

    /// Makes a connection of a connected, non-blocking descriptor.
    ///
    /// - Parameters:
    ///   - descriptor: the socket; closed, or left to `makeWay`.
    ///   - proxy: the other end.
    ///   - place: the connection's; left to `makeWay`.
    ///   - listener: what accepted it.
    ///   - worker: the thread that serves it.
    ///   - makeWay: goes on with the client.
    init(
        _ descriptor: Int32,
        from proxy: Peer,
        _ place: consuming ConnectionPlace,
        _ listener: StreamListener,
        _ worker: SocketWorker,
        makeWay: @escaping (_ client: Peer, _ place: consuming ConnectionPlace) -> Void
    ) {
        self.descriptor = descriptor
        self.proxy = proxy
        self.place = consume place
        self.listener = listener
        self.worker = worker
        self.makeWay = makeWay
    }

    func start() {
        guard listener.trustedProxies?.contains(proxy) == true else {
            return refuse("its address is not one of trusted_proxies")
        }
        do {
            membership = try worker.loop.add(self, watching: descriptor, for: [.read, .readEnd, .edge])
        } catch {
            return end()
        }
        worker.loop.schedule(self, after: Self.headerTime)
    }

    func ready(_ readiness: Readiness) {
        if !readiness.isDisjoint(with: [.readEnd, .hangup]) { hasPeerEnded = true }
        resume()
    }

    func resume() {
        if case .header = state { readHeader() }
        if case .firstByte(let client) = state, peek(1) == 1 { leave(to: client) }
    }

    func tick() {
        switch state {
        // The next process goes on with the client, which is silent.
        case .firstByte(let client) where worker.loop.isStopping && mayBeHandedOver: leave(to: client)
        case .header where !worker.loop.isStopping && peek(1) != nil:
            refuse("its PROXY header did not come within \(Self.headerTime.secondsText)")
        default: end()
        }
    }

    private var mayBeHandedOver: Bool {
        worker.handover != nil && listener.service.format != nil && listener.tls == nil
    }

    func abort() { end() }

    // MARK: the header

    private func readHeader() {
        guard let count = peek(ProxyHeader.maxSize) else { return }
        // The worker's buffer is written to by the next receive only.
        let bytes = UnsafeRawBufferPointer(rebasing: worker.buffer[..<count]).bindMemory(to: UInt8.self)
        do throws(MessageError) {
            guard let header = try ProxyHeader(startOf: bytes.span) else {
                if hasPeerEnded { end() }
                return
            }
            // It is there, so it comes whole.
            guard recv(descriptor, worker.buffer.baseAddress, header.size, 0) == header.size else { return end() }
            state = .firstByte(client: header.client.map { Peer($0) } ?? proxy)
            worker.loop.cancel(self)
            if let timeout = listener.limits.idleTimeout { worker.loop.schedule(self, after: timeout) }
        } catch {
            refuse(error.reason, bytes.span)
        }
    }

    /// Receives what there is into the worker's buffer, and leaves it with the kernel.
    ///
    /// - Returns: how many bytes; nil where there are none yet, or the stream has ended, and this with it.
    private func peek(_ limit: Int) -> Int? {
        let count = recv(descriptor, worker.buffer.baseAddress, limit, Int32(MSG_PEEK))
        if count > 0 { return count }
        if count == 0 || Errno.last.number != EAGAIN { end() }
        return nil
    }

    // MARK: the end

    private func leave(to client: Peer) {
        guard let place = place.take() else { return }
        state = .done
        worker.loop.cancel(self)
        if let membership = membership.take() { worker.loop.remove(membership, leaving: descriptor) }
        makeWay(client, place)
    }

    private func refuse(_ reason: String, _ start: Span<UInt8> = Span()) {
        let origin = Origin(
            protocolName: listener.service.name,
            listener: listener.name,
            peer: proxy,
            connection: nil
        )
        listener.metrics.connectionRefused(.proxyHeader)
        worker.messages.reportRefused(reason, start, from: origin)
        SocketOption.setReset(descriptor)
        end()
    }

    private func end() {
        if case .done = state { return }
        state = .done
        worker.loop.cancel(self)
        place = nil
        if let membership = membership.take() { worker.loop.remove(membership) }
        close(descriptor)
    }
}
