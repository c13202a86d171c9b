import CLinux
import Glibc
import Linux
import LogFormats
import LogRecords

/// One connection of a client that asks for the metrics: reads one HTTP request, answers it and closes.
///
/// It makes no records and waits for none, so that the metrics can be had while the log stands still.
final class MetricsConnection: LoopMember {
    /// How long the request, and the taking of the response, may last.
    static let timeLimit = Duration.seconds(10)
    /// How much of what a client sends after its request is thrown away before the connection is closed.
    private static let drainLimit = 64 * 1024

    private enum State {
        case receiving
        case sending
        /// The response is out; the client has not ended its side.
        case draining
        case done
    }

    private var place: ConnectionPlace?
    private let listener: StreamListener
    private let worker: SocketWorker
    var deadline = DeadlineQueue.Place()
    private var socket: StreamSocket
    private var state = State.receiving
    private var request: [UInt8] = []
    private var drained = 0
    private var membership: EventLoop.Membership?

    /// Makes a connection of a connected, non-blocking descriptor, and closes that at its end.
    init(
        _ descriptor: Int32,
        from peer: Peer,
        _ place: consuming ConnectionPlace,
        _ listener: StreamListener,
        _ worker: SocketWorker
    ) {
        self.place = consume place
        self.listener = listener
        self.worker = worker
        socket = StreamSocket(descriptor, to: peer, endConfirms: false)
    }

    func start() {
        socket.prepare()
        do {
            membership = try worker.loop.add(self, watching: socket.descriptor, for: StreamSocket.interest)
        } catch {
            return end()
        }
        worker.loop.schedule(self, by: worker.loop.now + Self.timeLimit)
    }

    func ready(_ readiness: Readiness) {
        socket.note(readiness)
        if readiness.contains(.write), state == .sending { handle(socket.sendRest()) }
        resume()
    }

    func resume() {
        while socket.canReceive, state == .receiving || state == .draining {
            switch socket.receive(into: worker.buffer, limit: worker.buffer.count) {
            // The worker's buffer is written to by the next receive only, and that is not under way.
            case .bytes(let bytes): take(bytes.span)
            case .nothing, .incomplete: break
            case .end, .broken, .failed: end()
            }
        }
    }

    /// Its only deadline has come, or the daemon stops.
    func tick() { end() }

    func abort() { end() }

    private func take(_ bytes: Span<UInt8>) {
        guard state == .receiving else {
            drained &+= bytes.count
            if drained > Self.drainLimit { end() }
            return
        }
        request.append(bytes.extracting(first: HTTPRequest.maxSize - request.count))
        do throws(HTTPRequest.Refusal) {
            guard let request = try HTTPRequest(startOf: request.span) else { return }
            respond(listener.respond(to: request.path), isHead: request.isHead)
        } catch {
            respond(HTTPResponse(error), isHead: request.starts(with: "HEAD ".utf8))
        }
    }

    private func respond(_ response: HTTPResponse, isHead: Bool) {
        state = .sending
        request = []
        handle(socket.send(response.bytes(isHead: isHead, at: .now), isLast: true))
    }

    private func handle(_ sent: StreamSocket.Sent) {
        switch sent {
        case .some, .nothing: break
        case .all:
            _ = socket.takeOutput()
            state = .draining
            socket.endOutput()
        case .failed: end()
        }
    }

    private func end() {
        guard state != .done else { return }
        state = .done
        worker.loop.cancel(self)
        place = nil
        if let membership = membership.take() { worker.loop.remove(membership) }
        socket.close(.none)
    }
}
