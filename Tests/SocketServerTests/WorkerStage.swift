import Foundation
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

/// One worker that can be held, so that much is ready when it looks again.
final class WorkerStage {
    let pipeline: LogPipeline
    let metrics = ServerMetrics()
    let mailbox: Mailbox<SocketWorker>

    private final class Gate: Sendable {
        let isHeld = Atomic<Bool>(false)
        let isOpen = Atomic<Bool>(false)
    }

    private final class Box: Sendable {
        let nanoseconds = Atomic<Int64>(0)
    }

    init(_ backend: any LogBackend, capacity: Int = 1 << 24, threshold: Severity = .debug) throws {
        pipeline = try LogPipeline(backend: backend, capacity: capacity)
        try pipeline.start()
        mailbox = try SocketWorker.start(
            pipeline: pipeline,
            metrics: metrics,
            threshold: threshold,
            memory: 48 << 20
        )
    }

    deinit {
        mailbox.execute { worker in
            worker.stopListeners {}
            worker.loop.abort()
        }
        pipeline.finish()
    }

    func listen(_ name: String, at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0)) throws -> ListenAddress {
        try listen(#require(ProtocolRegistry.named(name)), at: address)
    }

    func listen(
        _ service: Service,
        at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0)
    ) throws -> ListenAddress {
        let socket = try ListeningSocket.open(address)
        let bound = try #require(ListenAddress(of: socket))
        let listener = StreamListener(name: "test", service: service, limits: ListenerLimits(idleTimeout: nil))
        mailbox.execute { $0.loop.open(StreamAcceptor(listener, on: socket, $0)) }
        return bound
    }

    /// Runs while the worker stands still.
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

    /// Runs on the worker, and waits for it.
    func perform(_ task: @escaping @Sendable (SocketWorker) -> Void) {
        let gate = Gate()
        mailbox.execute { worker in
            task(worker)
            gate.isOpen.store(true, ordering: .releasing)
        }
        #expect(eventually { gate.isOpen.load(ordering: .acquiring) })
    }

    /// The CPU time that the worker's thread has used.
    var threadTime: Duration {
        let box = Box()
        perform { _ in
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            box.nanoseconds.store(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec), ordering: .releasing)
        }
        return .nanoseconds(box.nanoseconds.load(ordering: .acquiring))
    }
}
