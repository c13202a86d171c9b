import Foundation
import LogBackends
import LogRecords
import SocketServer
import Synchronization
import TestSupport
import Testing

@testable import Daemon

@Suite struct LivenessTests {
    private final class Gate: Sendable {
        let isShut = Atomic<Bool>(true)
        let holding = Atomic<Int>(0)
    }

    private func parts(_ backend: MemoryBackend) throws -> (SocketServer, LogPipeline) {
        let pipeline = try LogPipeline(backend: backend, capacity: 1000)
        try pipeline.start()
        return (try SocketServer(pipeline: pipeline, threads: 2, threshold: .debug, memory: 1 << 20), pipeline)
    }

    @Test func everybodyAnswersAgainAndAgain() throws {
        let (server, pipeline) = try parts(MemoryBackend())
        let liveness = Liveness(server: server, pipeline: pipeline)
        for _ in 0..<5 { #expect(eventually { liveness.allThreadsResponded() }) }
        pipeline.finish()
    }

    @Test func aThreadThatHangsIsNoticedAndForgivenAfterwards() throws {
        let (server, pipeline) = try parts(MemoryBackend())
        let liveness = Liveness(server: server, pipeline: pipeline)
        let gate = Gate()
        // Only the first loop that gets there stays.
        server.ping {
            guard gate.holding.add(1, ordering: .relaxed).oldValue == 0 else { return }
            while gate.isShut.load(ordering: .acquiring) { usleep(500) }
        }
        #expect(eventually { gate.holding.load(ordering: .relaxed) == 2 })
        // The round that begins now is the one that is not answered.
        #expect(eventually { liveness.allThreadsResponded() })
        for _ in 0..<50 {
            #expect(!liveness.allThreadsResponded())
            usleep(1000)
        }
        gate.isShut.store(false, ordering: .releasing)
        for _ in 0..<3 { #expect(eventually { liveness.allThreadsResponded() }) }
        pipeline.finish()
    }

    @Test func aDatagramThreadAnswersToo() throws {
        let (server, pipeline) = try parts(MemoryBackend())
        let socket = try ListeningSocket.open(.udp(host: "127.0.0.1", port: 0))
        server.receive(
            DatagramSocket(
                name: "test",
                service: .exchange(HelloProtocol()),
                descriptor: socket,
                isOpenedByDaemon: true
            )
        )
        #expect(server.answers == 2)
        let liveness = Liveness(server: server, pipeline: pipeline)
        for _ in 0..<5 { #expect(eventually { liveness.allThreadsResponded() }) }
        server.stopAccepting()
        #expect(eventually { server.isIdle })
        pipeline.finish()
    }

    @Test func aWriterThatHangsInOurOwnCodeIsNoticed() throws {
        let (server, pipeline) = try parts(MemoryBackend())
        let gate = Gate()
        let producer = pipeline.makeProducer {
            gate.holding.store(1, ordering: .releasing)
            while gate.isShut.load(ordering: .acquiring) { usleep(500) }
        }
        let liveness = Liveness(server: server, pipeline: pipeline)
        #expect(eventually { liveness.allThreadsResponded() })
        producer.record(.init(.daemonStarted, severity: .debug))
        #expect(producer.settled(awaiting: 1).position == 0)
        producer.flush()
        #expect(eventually { gate.holding.load(ordering: .acquiring) == 1 })
        #expect(eventually { !pipeline.isWriterAlive() })
        for _ in 0..<50 {
            #expect(!liveness.allThreadsResponded())
            usleep(1000)
        }
        gate.isShut.store(false, ordering: .releasing)
        #expect(eventually { liveness.allThreadsResponded() })
        pipeline.finish()
    }
}
