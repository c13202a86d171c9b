import Foundation
import Linux
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import LogBackends

/// Producers on four threads, a backend that fails at random, and a thread that checks the metrics.
@Suite struct LogPipelineStressTests {
    private static let event = Event(name: "test", messageID: "00000000000000000000000000000001")
    private static let threads = 4
    private static let recordsPerThread = 50_000
    private static let capacity = 64 * 1024

    /// What a thread found at its end.
    private struct Result {
        var settled: UInt64 = 0
        var refused = 0
        var waits = 0
    }

    /// What happened besides.
    private final class Observations: Sendable {
        let results = Mutex<[Result]>([])
        let mostWaiting = Atomic<Int>(0)
        let samples = Atomic<Int>(0)
        let violations = Mutex<Set<String>>([])
        let ended = Atomic<Bool>(false)
    }

    /// Fails, takes a part, refuses some, or does it all.
    private static func flaky(seed: UInt64) -> MemoryBackend.Script {
        let random = Mutex((SeededGenerator(seed: seed), failures: 40))
        return { count in
            random.withLock { state in
                let mood = state.failures > 0 ? Int.random(in: 0..<10, using: &state.0) : 9
                let done = mood < 5 ? Int.random(in: 0...count, using: &state.0) : count
                let rejected = (0..<done).filter { _ in mood % 2 == 0 && UInt8.random(in: 0..<50, using: &state.0) == 0
                }
                if done < count { state.failures -= 1 }
                return WriteOutcome(done: done, rejected: rejected, failure: done < count ? MemoryBackend.failure : nil)
            }
        }
    }

    private static func produce(_ thread: Int, into pipeline: LogPipeline, _ observations: Observations) {
        let bell = DispatchSemaphore(value: 0)
        let producer = pipeline.makeProducer { bell.signal() }
        var random = SeededGenerator(seed: UInt64(thread))
        var record = LogRecord(event, severity: .debug)
        var untilFlush = 1
        var result = Result()
        for number in 1...recordsPerThread {
            record.begin(event, severity: .debug, time: .init(seconds: 0, nanoseconds: 0), origin: nil)
            record.append("\(thread):\(number)")
            producer.record(record)
            untilFlush -= 1
            guard untilFlush == 0 else { continue }
            untilFlush = Int.random(in: 1...400, using: &random)
            producer.flush()
            while producer.isFull, producer.waitForSpace() {
                result.waits += 1
                bell.wait()
            }
        }
        producer.flush()
        while true {
            let settled = producer.settled(awaiting: producer.position)
            result.refused += settled.rejected.count
            result.settled = settled.position
            if settled.position == producer.position { break }
            bell.wait()
        }
        observations.results.withLock { $0.append(result) }
    }

    /// Reads the metrics without a pause.
    private static func sample(_ pipeline: LogPipeline, _ observations: Observations) {
        var last = PipelineMetrics()
        while !observations.ended.load(ordering: .acquiring) {
            let now = pipeline.metrics
            var violations: [String] = []
            if now.committed + now.rejected > now.received { violations.append("more done than received") }
            if (now.waiting == 0) != (now.waitingBytes == 0) { violations.append("records and bytes that wait differ") }
            if now.waitingBytes < 0 { violations.append("negative") }
            if now.received < last.received || now.committed < last.committed || now.rejected < last.rejected {
                violations.append("a figure went back")
            }
            if !violations.isEmpty { observations.violations.withLock { $0.formUnion(violations) } }
            observations.mostWaiting.max(now.waitingBytes, ordering: .relaxed)
            observations.samples.add(1, ordering: .relaxed)
            last = now
            usleep(50)
        }
    }

    @Test(arguments: [1, 2] as [UInt64]) func nothingIsLostDoubledOrOutOfOrder(seed: UInt64) throws {
        let backends = (0..<4).map { MemoryBackend(script: Self.flaky(seed: seed &* 100 &+ UInt64($0))) }
        let pipeline = try LogPipeline(backend: backends[0], capacity: Self.capacity)
        let observations = Observations()
        try pipeline.start()
        Foundation.Thread.detachNewThread { Self.sample(pipeline, observations) }
        for thread in 0..<Self.threads {
            Foundation.Thread.detachNewThread { Self.produce(thread, into: pipeline, observations) }
        }
        // Another backend at each quarter of the way, in the middle of whatever goes on.
        for (quarter, backend) in backends.enumerated().dropFirst() {
            let due = UInt64(quarter * Self.threads * Self.recordsPerThread / 4)
            #expect(eventually(within: .seconds(60)) { pipeline.metrics.received >= due })
            try pipeline.replaceBackend(with: backend)
        }
        #expect(eventually(within: .seconds(60)) { observations.results.withLock { $0.count } == Self.threads })
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
        observations.ended.store(true, ordering: .releasing)

        let total = UInt64(Self.threads * Self.recordsPerThread)
        let metrics = pipeline.metrics
        #expect(metrics.received == total)
        #expect(metrics.committed + metrics.rejected == total)
        #expect(metrics.waitingBytes == 0)
        #expect(metrics.failures > 10, "there was something to survive")
        #expect(metrics.rejected > 10)
        #expect(backends.allSatisfy { $0.violations.isEmpty && $0.closes == 1 })
        #expect(backends.filter { $0.writes > 0 }.count > 2)

        let results = observations.results.withLock { $0 }
        #expect(results.allSatisfy { $0.settled == UInt64(Self.recordsPerThread) })
        #expect(results.map(\.refused).reduce(0, +) == Int(metrics.rejected))
        #expect(results.map(\.waits).reduce(0, +) > 0, "it was full at times")
        #expect(observations.violations.withLock { $0 } == [])
        #expect(observations.samples.load(ordering: .relaxed) > 100)
        // Each producer may add one batch to a queue that is nearly full; its arrays have room for up to twice as much.
        let slack = Self.threads * (400 * 2 * (8 + 8) + 1024)
        #expect(observations.mostWaiting.load(ordering: .relaxed) < Self.capacity + slack)
        check(backends, metrics)
    }

    /// Every producer's records are there once, and those that were committed in order.
    private func check(_ backends: [MemoryBackend], _ metrics: PipelineMetrics) {
        let committed = backends.flatMap(\.committed)
        let rejected = backends.flatMap(\.rejected)
        #expect(committed.count == Int(metrics.committed))
        #expect(rejected.count == Int(metrics.rejected))
        var seen = [[Bool]](repeating: Array(repeating: false, count: Self.recordsPerThread + 1), count: Self.threads)
        var last = [Int](repeating: 0, count: Self.threads)
        var doubled = 0
        var disorder = 0
        for (index, text) in (committed + rejected).enumerated() {
            let parts = text.utf8.split(separator: UInt8(ascii: ":"))
            guard parts.count == 2, let thread = Int(Substring(parts[0])), let number = Int(Substring(parts[1])) else {
                Issue.record("a record is torn: \(text)")
                return
            }
            if seen[thread][number] { doubled += 1 }
            seen[thread][number] = true
            guard index < committed.count else { continue }
            if number <= last[thread] { disorder += 1 }
            last[thread] = number
        }
        #expect(doubled == 0)
        #expect(disorder == 0)
        #expect(seen.allSatisfy { $0.dropFirst().allSatisfy { $0 } }, "a record is missing")
    }
}
