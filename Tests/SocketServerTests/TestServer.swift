import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// A server whose records end in memory.
final class TestServer {
    let backend: MemoryBackend
    let pipeline: LogPipeline
    let server: SocketServer
    private var isStopped = false

    init(
        _ backend: MemoryBackend = MemoryBackend(),
        capacity: Int = 1 << 24,
        threads: Int = 1,
        threshold: Severity = .debug,
        memory: Int = 48 << 20
    ) throws {
        self.backend = backend
        pipeline = try LogPipeline(backend: backend, capacity: capacity)
        try pipeline.start()
        server = try SocketServer(pipeline: pipeline, threads: threads, threshold: threshold, memory: memory)
    }

    deinit {
        if !isStopped { server.stopAccepting() }
        server.abortConnections()
        backend.release()
        pipeline.finish()
    }

    /// Opens a stream listener and serves it.
    func listen(
        _ name: String,
        at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
        limits: ListenerLimits = ListenerLimits()
    ) throws -> ListenAddress {
        let service = try #require(ProtocolRegistry.named(name))
        let socket = try ListeningSocket.open(address)
        let bound = try #require(ListenAddress(of: socket))
        server.accept(StreamListener(name: "test", service: service, limits: limits), on: socket)
        return bound
    }

    /// Opens a datagram listener and serves it.
    func receive(
        _ name: String,
        at address: ListenAddress = .udp(host: "127.0.0.1", port: 0),
        limits: ListenerLimits = ListenerLimits()
    ) throws -> ListenAddress {
        let service = try #require(ProtocolRegistry.named(name))
        let socket = try ListeningSocket.open(address)
        let bound = try #require(ListenAddress(of: socket))
        server.receive(
            DatagramSocket(
                name: "test",
                service: service,
                descriptor: socket,
                isOpenedByDaemon: true,
                limits: limits
            )
        )
        return bound
    }

    func stopAccepting(_ handover: Handover? = nil) {
        isStopped = true
        server.stopAccepting(handover)
    }

    /// Waits until each thread has been through what was ready before, a few times.
    func finishPending() {
        for _ in 0..<5 {
            let round = CountdownLatch(server.answers)
            server.ping { round.countDown() }
            #expect(eventually { round.isOpen })
        }
    }

    /// The records so far, those of one connection after the other.
    var messages: [String] { backend.committed }
}
