import Foundation
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

/// One socket loop that can be held, so that much is ready when it looks again.
final class LoopStage {
    let pipeline: LogPipeline
    let figures = ServerFigures()
    let mailbox: SocketLoop.Mailbox

    private final class Gate: Sendable {
        let isHeld = Atomic<Bool>(false)
        let isOpen = Atomic<Bool>(false)
    }

    init(_ backend: any LogBackend, capacity: Int = 1 << 24, threshold: Severity = .debug) throws {
        pipeline = LogPipeline(backend: backend, capacity: capacity)
        try pipeline.start()
        mailbox = try SocketLoop.start(pipeline: pipeline, figures: figures, threshold: threshold)
    }

    deinit {
        mailbox.execute { loop in
            loop.closeListeners {}
            loop.giveUpConnections()
        }
        pipeline.finish()
    }

    func listen(_ name: String, at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0)) throws -> ListenAddress {
        try listen(#require(ProtocolRegistry.named(name)), at: address)
    }

    func listen(
        _ spoken: any SocketProtocol,
        at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0)
    ) throws -> ListenAddress {
        let socket = try ListeningSocket.open(address)
        let bound = try #require(ListenAddress(of: socket))
        let listener = StreamListener(name: "test", spoken: spoken, limits: ListenerLimits(idleTimeout: nil))
        mailbox.execute { $0.open(StreamAcceptor(listener, on: socket, loop: $0)) }
        return bound
    }

    /// Runs while the loop stands still.
    func whileHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
        let gate = Gate()
        mailbox.execute { _ in
            gate.isHeld.store(true, ordering: .releasing)
            while !gate.isOpen.load(ordering: .acquiring) { usleep(200) }
        }
        defer { gate.isOpen.store(true, ordering: .releasing) }
        #expect(eventually { gate.isHeld.load(ordering: .acquiring) })
        return try body()
    }

    /// Runs on the loop, and waits for it.
    func perform(_ task: @escaping @Sendable (SocketLoop) -> Void) {
        let gate = Gate()
        mailbox.execute { loop in
            task(loop)
            gate.isOpen.store(true, ordering: .releasing)
        }
        #expect(eventually { gate.isOpen.load(ordering: .acquiring) })
    }
}
