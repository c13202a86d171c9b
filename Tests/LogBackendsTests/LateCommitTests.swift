import Foundation
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import LogBackends

/// An output that commits later than it writes, in another order, and fails in between.
@Suite struct LateCommitTests {
    private func record(_ texts: some Sequence<String>, with producer: LogProducer) {
        producer.record(texts: texts)
        producer.flush()
    }

    @Test func manyBatchesAreUnderWayAndCommittedFromTheFront() throws {
        let remote = RemoteBackend()
        let pipeline = try LogPipeline.started(remote)
        let producer = pipeline.makeProducer {}
        // Each is given to the output while those before it are under way.
        for batch in 0..<5 {
            record(["\(batch)"], with: producer)
            #expect(eventually { remote.underWay.count == batch + 1 })
        }
        #expect(remote.underWay == (0..<5 as Range<UInt64>).map { $0..<($0 + 1) })
        #expect(pipeline.metrics.committed == 0)
        let writes = remote.writes
        remote.answer(3)
        remote.answer(1)
        #expect(eventually { remote.writes > writes })
        #expect(producer.settled(awaiting: nil).position == 0, "what is before them is not committed")
        remote.answer(0) { _ in true }
        #expect(eventually { pipeline.metrics.committed == 1 && pipeline.metrics.rejected == 1 })
        #expect(eventually { producer.settled(awaiting: nil).position == 2 })
        remote.answer(0)
        #expect(eventually { producer.settled(awaiting: nil).position == 4 })
        remote.disconnect()
        #expect(eventually { pipeline.metrics.failure != nil })
        #expect(eventually { remote.underWay == [4..<5] }, "it is sent again")
        remote.answer(0)
        #expect(eventually { pipeline.metrics.waiting == 0 && pipeline.metrics.failure == nil })
        #expect(remote.stored == ["1", "2", "3", "4"])
        #expect(remote.rejected == ["0"])
        #expect(remote.doubled == 0)
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
    }

    @Test func theEndWaitsForWhatIsUnderWay() throws {
        let remote = RemoteBackend()
        let pipeline = try LogPipeline.started(remote)
        record(["last"], with: pipeline.makeProducer {})
        pipeline.finish()
        #expect(eventually { remote.underWay.count == 1 })
        // It asks, in ever longer intervals, and does not end.
        #expect(eventually { remote.writes > 3 })
        #expect(!pipeline.isFinished)
        remote.answer(0)
        #expect(eventually { pipeline.isFinished })
        #expect(remote.stored == ["last"])
        // The intervals were 10, 50 and 200 ms at least.
        let times = pipeline.metrics.writeTimes
        #expect(times.counts.reduce(0, +) == 1 && times.sum >= 260_000)
    }

    // MARK: at random

    private static let threads = 3
    private static let recordsPerThread = 3000

    /// What the producers found.
    private final class Findings: Sendable {
        let violations = Mutex<Set<String>>([])
        let rejected = Mutex<Set<String>>([])
        let finished = Atomic<Int>(0)
    }

    private func produce(
        _ thread: Int,
        seed: UInt64,
        _ pipeline: LogPipeline,
        _ remote: RemoteBackend,
        _ findings: Findings
    ) {
        let bell = DispatchSemaphore(value: 0)
        let producer = pipeline.makeProducer { bell.signal() }
        var random = SeededGenerator(seed: seed &* 10 &+ UInt64(thread))
        var checked: UInt64 = 0
        func check(_ settlement: Settlement) {
            guard settlement.position > checked else { return }
            let undecided = remote.undecided(((checked + 1)...settlement.position).map { "\(thread):\($0)" })
            findings.violations.withLock { $0.formUnion(undecided.map { "\($0) is settled, and not stored" }) }
            checked = settlement.position
            findings.rejected.withLock { $0.formUnion(settlement.rejected.map { "\(thread):\($0)" }) }
        }
        var number = 1
        while number <= Self.recordsPerThread {
            let end = min(number + Int.random(in: 1...20, using: &random), Self.recordsPerThread + 1)
            record((number..<end).map { "\(thread):\($0)" }, with: producer)
            number = end
            check(producer.settled(awaiting: nil))
            while producer.isFull, producer.waitForSpace() { bell.wait() }
        }
        while checked < producer.position {
            check(producer.settled(awaiting: producer.position))
            if checked < producer.position { bell.wait() }
        }
        findings.finished.add(1, ordering: .releasing)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func nothingIsLostDoubledOrSkipped(seed: UInt64) throws {
        let remote = RemoteBackend()
        let pipeline = try LogPipeline(backend: remote, capacity: 16_384)
        try pipeline.start()
        let findings = Findings()
        for thread in 0..<Self.threads {
            Foundation.Thread.detachNewThread { produce(thread, seed: seed, pipeline, remote, findings) }
        }
        var random = SeededGenerator(seed: seed)
        var rejecting = SeededGenerator(seed: seed &+ 1000)
        var disconnections = 0
        let isDone = eventually(within: .seconds(60)) {
            for _ in 0..<20 {
                let count = remote.underWay.count
                // Some pile up.
                guard count > Int.random(in: 0...12, using: &random) else { break }
                remote.answer(.random(in: 0..<count, using: &random)) { _ in
                    Int.random(in: 0..<50, using: &rejecting) == 0
                }
                if disconnections < 8, Int.random(in: 0..<100, using: &random) == 0 {
                    disconnections += 1
                    remote.disconnect()
                }
            }
            return findings.finished.load(ordering: .acquiring) == Self.threads
        }
        #expect(isDone)
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })

        #expect(findings.violations.withLock { $0.first } == nil)
        #expect(remote.doubled == 0)
        #expect(remote.mostUnderWay > 10)
        #expect(pipeline.metrics.failures >= 5)
        let rejected = remote.rejected
        #expect(rejected.count > 20)
        #expect(findings.rejected.withLock { $0 } == rejected)
        let total = Self.threads * Self.recordsPerThread
        #expect(pipeline.metrics.committed == UInt64(total - rejected.count))
        #expect(pipeline.metrics.rejected == UInt64(rejected.count))
        #expect(pipeline.metrics.waitingBytes == 0)
        for thread in 0..<Self.threads {
            let found = remote.stored.filter { $0.hasPrefix("\(thread):") }
            let expected = (1...Self.recordsPerThread).map { "\(thread):\($0)" }.filter { !rejected.contains($0) }
            let isAllThereOnceInOrder = found == expected
            #expect(isAllThereOnceInOrder)
        }
    }
}
