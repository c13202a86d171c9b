import Foundation
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import LogBackends

@Suite struct LogPipelineTests {
    private func numbers(_ range: Range<Int>) -> [String] { range.map(String.init) }

    @Test func recordsArriveInOrderAndOnlyWhenFlushed() throws {
        let backend = MemoryBackend()
        let pipeline = try LogPipeline.started(backend)
        let producer = pipeline.makeProducer {}
        #expect(producer.isEmpty)
        producer.record(texts: numbers(0..<3))
        #expect(!producer.isEmpty)
        #expect(producer.position == 3)
        #expect(pipeline.metrics.received == 0)
        producer.flush()
        producer.flush()
        #expect(producer.isEmpty)
        producer.record(texts: numbers(3..<5))
        producer.flush()
        #expect(eventually { pipeline.metrics.committed == 5 })
        #expect(backend.committed == numbers(0..<5))
        #expect(backend.violations == [])
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
        #expect(backend.closes == 1)
    }

    @Test func aLargeBatchLeavesByItself() throws {
        let backend = MemoryBackend()
        let pipeline = try LogPipeline.started(backend)
        let producer = pipeline.makeProducer {}
        // One byte less than 64 KiB, with the 8 for its end.
        producer.record(texts: [String(repeating: "x", count: 65527)])
        #expect(!producer.isEmpty)
        producer.record(texts: ["y"])
        #expect(producer.isEmpty)
        #expect(eventually { backend.committedCount == 2 })
        pipeline.finish()
    }

    @Test func aNoticeComesWhenTheAwaitedPositionIsSettled() throws {
        let granted = Atomic<Int>(0)
        let backend = MemoryBackend { count in
            let now = min(count, granted.exchange(0, ordering: .acquiringAndReleasing))
            return WriteOutcome(done: now, failure: now < count ? MemoryBackend.failure : nil)
        }
        let pipeline = try LogPipeline.started(backend)
        let notices = Notices()
        let producer = pipeline.makeProducer { notices.add() }
        producer.record(texts: numbers(0..<10))
        producer.flush()
        #expect(producer.settled(awaiting: 7).position == 0)
        #expect(eventually { pipeline.metrics.failure == MemoryBackend.failure })
        granted.store(6, ordering: .releasing)
        #expect(eventually { pipeline.metrics.committed == 6 })
        #expect(eventually { producer.settled(awaiting: nil).position == 6 })
        #expect(notices.count == 0)
        granted.store(2, ordering: .releasing)
        #expect(eventually { notices.count == 1 })
        #expect(producer.settled(awaiting: nil).position == 8)
        #expect(producer.settled(awaiting: 9).position == 8)
        #expect(producer.settled(awaiting: 10).position == 8)
        granted.store(2, ordering: .releasing)
        #expect(eventually { notices.count == 2 })
        #expect(producer.settled(awaiting: 10).position == 10)
        #expect(eventually { pipeline.metrics.failure == nil })
        #expect(backend.committed == numbers(0..<10))
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
        #expect(notices.count == 2, "what is settled brings no notice")
    }

    @Test func refusedRecordsAreNamedToTheirProducerOnly() throws {
        let backend = MemoryBackend(paused: true)
        let pipeline = try LogPipeline.started(backend)
        let (one, two) = (pipeline.makeProducer {}, pipeline.makeProducer {})
        // Alone in the first write, so that the others share the second.
        one.record(texts: ["a"])
        one.flush()
        #expect(eventually { backend.isInWrite })
        one.record(texts: ["b", "c"])
        one.flush()
        two.record(texts: ["A", "B", "C"])
        two.flush()
        backend.follow { $0 == 1 ? WriteOutcome(done: 1) : WriteOutcome(done: 5, rejected: [1, 2, 4]) }
        backend.release()
        #expect(eventually { pipeline.metrics.waiting == 0 })
        var refused: [[UInt64]] = [[], []]
        for (index, producer) in [one, two].enumerated() {
            #expect(
                eventually {
                    let settled = producer.settled(awaiting: nil)
                    refused[index] += settled.rejected
                    return settled.position == 3
                }
            )
        }
        #expect(refused == [[3], [1, 3]])
        #expect(backend.rejected == ["c", "A", "C"])
        #expect(backend.committed == ["a", "b", "B"])
        #expect(pipeline.metrics.rejected == 3)
        #expect(pipeline.metrics.committed == 3)
        two.record(texts: ["D"])
        two.flush()
        backend.follow { WriteOutcome(done: $0, rejected: [0]) }
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
    }

    @Test func rejectionsThatAreNeverFetchedTakeNoMemory() {
        let account = ProducerAccount {}
        for _ in 0..<1000 { account.acknowledge(100, rejected: 0..<100) }
        let progress = account.progress.withLock { $0 }
        #expect(progress.settled == 100_000)
        #expect(progress.rejected.count < 10_000)
        #expect(progress.forgotten + UInt64(progress.rejected.count) == 100_000)
    }

    @Test func commitsMayComeLaterThanTheWriteAndAreNotAskedForInASpin() throws {
        let started = ContinuousClock.now
        let backend = MemoryBackend { count in
            WriteOutcome(done: ContinuousClock.now - started < .milliseconds(300) ? 0 : count)
        }
        let pipeline = try LogPipeline.started(backend)
        let producer = pipeline.makeProducer {}
        producer.record(texts: numbers(0..<20))
        producer.flush()
        #expect(eventually { backend.committedCount == 20 })
        #expect(backend.committed == numbers(0..<20))
        #expect(backend.writes < 50)
        #expect(pipeline.metrics.failures == 0)
        pipeline.finish()
    }

    @Test func anotherBackendTakesOverWhereTheOldOneStopped() throws {
        // Takes three, then nothing any more.
        let old = MemoryBackend(script: Script.taking(3))
        let pipeline = try LogPipeline.started(old)
        let producer = pipeline.makeProducer {}
        producer.record(texts: numbers(0..<10))
        producer.flush()
        #expect(eventually { pipeline.metrics.committed == 3 && pipeline.metrics.failures > 1 })
        let (unused, new) = (MemoryBackend(), MemoryBackend())
        old.pause()
        #expect(eventually { old.isInWrite })
        try pipeline.replaceBackend(with: unused)
        try pipeline.replaceBackend(with: new)
        #expect(old.closes == 0, "it is being written to")
        #expect(unused.closes == 1, "a file that will never be written to does not stay open")
        old.release()
        producer.record(texts: numbers(10..<12))
        producer.flush()
        #expect(eventually { pipeline.metrics.committed == 12 })
        #expect(old.committed == numbers(0..<3))
        #expect(new.committed == numbers(3..<12))
        #expect([old, unused, new].map(\.closes) == [1, 1, 0] as [Int])
        #expect(unused.writes == 0)
        #expect(old.violations == [])
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
        #expect([old, unused, new].map(\.closes) == [1, 1, 1] as [Int])
    }

    /// Of each record 8 bytes are memory that its text is not.
    @Test func tinyRecordsFillThePipelineToo() throws {
        let backend = MemoryBackend(paused: true)
        let pipeline = try LogPipeline.started(backend, capacity: 90_000)
        let producer = pipeline.makeProducer {}
        producer.record(texts: ["x"])
        producer.flush()
        #expect(!pipeline.isFull)
        producer.record(texts: repeatElement("x", count: 9999))
        producer.flush()
        #expect(pipeline.isFull)
        #expect(pipeline.metrics.waitingBytes >= 90_000)
        backend.release()
        #expect(eventually { pipeline.metrics.committed == 10_000 })
        #expect(pipeline.metrics.waitingBytes == 0)
        pipeline.finish()
    }

    @Test func theEndComesAfterTheLastCommit() throws {
        let backend = MemoryBackend { _ in WriteOutcome(done: 0, failure: MemoryBackend.failure) }
        let pipeline = try LogPipeline.started(backend)
        let producer = pipeline.makeProducer {}
        producer.record(texts: ["last"])
        producer.flush()
        pipeline.finish()
        #expect(eventually { backend.writes >= 3 })
        #expect(!pipeline.isFinished)
        #expect(backend.closes == 0)
        backend.follow(nil)
        #expect(eventually { pipeline.isFinished })
        #expect(backend.committed == ["last"])
        #expect(backend.closes == 1)
        #expect(pipeline.metrics.waiting == 0)
    }

    @Test func aWriterIsAliveWhenIdleOrInTheBackendAndNotElsewhere() throws {
        let backend = MemoryBackend()
        let pipeline = try LogPipeline(backend: backend, capacity: 1000)
        #expect(!pipeline.isWriterAlive(), "it has not begun")
        try pipeline.start()
        for _ in 0..<3 { #expect(eventually { pipeline.isWriterAlive() }, "it wakes to answer") }

        let stuck = Atomic<Bool>(true)
        let producer = pipeline.makeProducer { while stuck.load(ordering: .acquiring) { usleep(500) } }
        backend.pause()
        producer.record(texts: ["x"])
        producer.flush()
        #expect(eventually { backend.isInWrite })
        for _ in 0..<100 { #expect(pipeline.isWriterAlive(), "it waits for the output") }
        #expect(producer.settled(awaiting: 1).position == 0)
        backend.release()
        #expect(eventually { backend.committedCount == 1 && !pipeline.isWriterAlive() })
        for _ in 0..<100 { #expect(!pipeline.isWriterAlive(), "it hangs in our own code") }
        stuck.store(false, ordering: .releasing)
        #expect(eventually { pipeline.isWriterAlive() })
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
    }

    @Test func theBackendIsCheckedWhileNothingIsWritten() throws {
        let backend = MemoryBackend()
        let pipeline = try LogPipeline.started(backend)
        #expect(
            eventually {
                _ = pipeline.isWriterAlive()
                return backend.checks > 2
            }
        )
        #expect(backend.writes == 0)
        pipeline.finish()
    }

    @Test func batchesUseTheSameMemoryAgain() throws {
        let backend = MemoryBackend()
        let pipeline = try LogPipeline.started(backend)
        let producer = pipeline.makeProducer {}
        let text = String(repeating: "x", count: 5000)
        for round in 1...50 {
            producer.record(texts: [text, text])
            producer.flush()
            #expect(eventually { producer.settled(awaiting: nil).position == UInt64(round) * 2 })
        }
        #expect(backend.writes == 50)
        // One that is written while the other one is filled.
        #expect(backend.addresses.count == 2)
        pipeline.finish()
    }
}

private enum Script {
    /// Takes so many records, then fails.
    static func taking(_ limit: Int) -> MemoryBackend.Script {
        let left = Mutex(limit)
        return { count in
            left.withLock { left in
                let now = min(count, left)
                left -= now
                return WriteOutcome(done: now, failure: now < count ? MemoryBackend.failure : nil)
            }
        }
    }
}
