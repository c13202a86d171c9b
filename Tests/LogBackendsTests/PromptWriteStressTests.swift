import Foundation
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import LogBackends

/// Producers on four threads that wait for most of their records, an output that takes a part of some batches at once,
/// and backends that are replaced.
@Suite struct PromptWriteStressTests {
    private static let event = Event(name: "test", messageID: "00000000000000000000000000000001")
    private static let threads = 4
    private static let recordsPerThread = 20_000

    private final class Findings: Sendable {
        let finished = Atomic<Int>(0)
        let prompt = Atomic<Int>(0)
        let violations = Mutex<Set<String>>([])
    }

    /// Takes all of most batches at once, and of the others a part.
    private static func backend(seed: UInt64) -> MemoryBackend {
        let random = Mutex(SeededGenerator(seed: seed))
        return MemoryBackend(promptness: { count in
            random.withLock { Int.random(in: 0..<4, using: &$0) == 0 ? Int.random(in: 0...count, using: &$0) : count }
        })
    }

    private static func produce(_ thread: Int, into pipeline: LogPipeline, _ findings: Findings) {
        let bell = DispatchSemaphore(value: 0)
        let producer = pipeline.makeProducer { bell.signal() }
        var random = SeededGenerator(seed: UInt64(thread))
        var record = LogRecord(event, severity: .debug)
        var number = 0
        while number < recordsPerThread {
            for _ in 0..<Int.random(in: 1...10, using: &random) where number < recordsPerThread {
                number += 1
                record.begin(event, severity: .debug, time: .init(seconds: 0, nanoseconds: 0), origin: nil)
                record.append("\(thread):\(number)")
                producer.record(record)
            }
            guard Int.random(in: 0..<8, using: &random) > 0 else {
                producer.flush()
                continue
            }
            // As a loop does: the notification is asked for first.
            var settled = producer.settled(awaiting: producer.position).position
            if producer.flushAwaited() { findings.prompt.add(1, ordering: .relaxed) }
            while settled < producer.position {
                settled = producer.settled(awaiting: producer.position).position
                if settled < producer.position, bell.wait(timeout: .now() + 20) == .timedOut {
                    findings.violations.withLock { _ = $0.insert("no notification") }
                    break
                }
            }
        }
        producer.flush()
        findings.finished.add(1, ordering: .releasing)
    }

    @Test(arguments: [1, 2] as [UInt64]) func nothingIsLostDoubledOrOutOfOrder(seed: UInt64) throws {
        let backends = (0..<4).map { Self.backend(seed: seed &* 10 &+ $0) }
        let pipeline = try LogPipeline(backend: backends[0], capacity: 64 * 1024)
        let findings = Findings()
        try pipeline.start()
        for thread in 0..<Self.threads {
            Foundation.Thread.detachNewThread { Self.produce(thread, into: pipeline, findings) }
        }
        let total = UInt64(Self.threads * Self.recordsPerThread)
        for (quarter, backend) in backends.enumerated().dropFirst() {
            #expect(eventually(within: .seconds(60)) { pipeline.metrics.received >= UInt64(quarter) * total / 4 })
            try pipeline.replaceBackend(with: backend)
        }
        #expect(eventually(within: .seconds(60)) { findings.finished.load(ordering: .acquiring) == Self.threads })
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })

        #expect(findings.violations.withLock { $0 } == [])
        #expect(findings.prompt.load(ordering: .relaxed) > 100, "there was something to see")
        #expect(backends.reduce(0) { $0 + $1.writes } > 100)
        #expect(backends.allSatisfy { $0.violations.isEmpty && $0.closes == 1 })
        #expect(pipeline.metrics.received == total && pipeline.metrics.committed == total)
        #expect(pipeline.metrics.waitingBytes == 0)
        let committed = backends.flatMap(\.committed)
        #expect(committed.count == Int(total))
        for thread in 0..<Self.threads {
            let found = committed.filter { $0.hasPrefix("\(thread):") }
            let isAllThereOnceInOrder = found == (1...Self.recordsPerThread).map { "\(thread):\($0)" }
            #expect(isAllThereOnceInOrder)
        }
    }
}
