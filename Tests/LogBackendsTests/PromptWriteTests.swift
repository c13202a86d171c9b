import Foundation
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import LogBackends

/// Writes on the thread that records, in place of the writer's.
@Suite struct PromptWriteTests {
    /// Called during a write that must not wait.
    private final class Hook: Sendable {
        private let action = Mutex<(@Sendable () -> Void)?>(nil)
        func set(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }
        func run() { action.withLock { $0 }?() }
    }

    private func numbers(_ range: Range<Int>) -> [String] { range.map(String.init) }

    private func started(_ backend: MemoryBackend) throws -> LogPipeline {
        let pipeline = try LogPipeline.started(backend)
        waitUntilWriterRests(pipeline)
        return pipeline
    }

    private func waitUntilWriterRests(_ pipeline: LogPipeline) {
        #expect(eventually { pipeline.queue.writerIsIdle })
    }

    private func end(_ pipeline: LogPipeline) {
        pipeline.finish()
        #expect(eventually { pipeline.isFinished })
    }

    @Test func aFewAwaitedRecordsAreSettledWhenTheCallReturns() throws {
        let backend = MemoryBackend(promptness: { $0 })
        let pipeline = try started(backend)
        let notices = Notices()
        let producer = pipeline.makeProducer { notices.add() }
        #expect(!producer.flushAwaited(), "there is nothing")
        for round in 0..<100 {
            producer.record(texts: numbers(round * 4..<round * 4 + 4))
            let position = UInt64(round * 4 + 4)
            #expect(producer.settled(awaiting: position).position == position - 4)
            #expect(producer.flushAwaited())
            #expect(producer.isEmpty)
            #expect(producer.flushedPosition == position)
            #expect(producer.settled(awaiting: nil).position == position)
        }
        #expect(backend.committed == numbers(0..<400))
        #expect(backend.promptWrites == 100 && backend.writes == 0)
        #expect(notices.count == 0, "the caller asks")
        let metrics = pipeline.metrics
        #expect(metrics.received == 400 && metrics.committed == 400 && metrics.waitingBytes == 0)
        #expect(metrics.writeTimes.counts.reduce(0, +) == 100)
        end(pipeline)
        #expect(backend.violations == [])
    }

    @Test func withoutAPromptOutputTheWriterWrites() throws {
        let backend = MemoryBackend()
        let pipeline = try started(backend)
        let producer = pipeline.makeProducer {}
        producer.record(texts: numbers(0..<4))
        #expect(!producer.flushAwaited())
        #expect(producer.flushedPosition == 4)
        #expect(eventually { backend.committed == numbers(0..<4) })
        #expect(backend.promptWrites == 0)
        end(pipeline)
    }

    @Test func manyOrLargeRecordsAreTheWriters() throws {
        let backend = MemoryBackend(promptness: { $0 })
        let pipeline = try started(backend)
        let producer = pipeline.makeProducer {}
        for texts in [numbers(0..<9), [String(repeating: "x", count: 16 * 1024)]] {
            producer.record(texts: texts)
            #expect(!producer.flushAwaited())
            #expect(eventually { pipeline.metrics.waiting == 0 })
            waitUntilWriterRests(pipeline)
        }
        #expect(backend.promptWrites == 0)
        producer.record(texts: numbers(0..<8))
        #expect(producer.flushAwaited())
        end(pipeline)
    }

    @Test func nothingOvertakesWhatTheWriterHas() throws {
        let backend = MemoryBackend(paused: true, promptness: { $0 })
        let pipeline = try started(backend)
        let (one, two) = (pipeline.makeProducer {}, pipeline.makeProducer {})
        one.record(texts: ["a"])
        one.flush()
        #expect(eventually { backend.isInWrite })
        for (text, producer) in [("b", one), ("c", two)] {
            producer.record(texts: [text])
            #expect(!producer.flushAwaited())
        }
        backend.release()
        #expect(eventually { backend.committed == ["a", "b", "c"] })
        end(pipeline)
        #expect(backend.promptWrites == 0)
        #expect(backend.violations == [])
    }

    /// As where journald's queue is full.
    @Test(arguments: [0, 1, 3]) func theWriterWritesWhatIsNotTakenAtOnce(taken: Int) throws {
        let backend = MemoryBackend(paused: true, promptness: { _ in taken })
        let pipeline = try started(backend)
        let notices = Notices()
        let producer = pipeline.makeProducer { notices.add() }
        producer.record(texts: numbers(0..<4))
        #expect(producer.settled(awaiting: 4).position == 0)
        #expect(producer.flushAwaited())
        #expect(producer.settled(awaiting: 4).position == UInt64(taken))
        #expect(pipeline.metrics.waiting == UInt64(4 - taken) && pipeline.metrics.waitingBytes > 0)
        #expect(eventually { backend.isInWrite })
        producer.record(texts: numbers(4..<6))
        #expect(!producer.flushAwaited(), "others are under way")
        backend.release()
        #expect(eventually { notices.count == 1 })
        #expect(eventually { backend.committed == numbers(0..<6) })
        #expect(eventually { pipeline.metrics.committed == 6 })
        #expect(pipeline.metrics.waitingBytes == 0)
        #expect(pipeline.metrics.writeTimes.counts.reduce(0, +) == 2, "one for each batch")
        end(pipeline)
        #expect(backend.violations == [])
    }

    /// What other threads record meanwhile comes after it, also after what was not taken.
    @Test func othersWaitForAWriteUnderWay() throws {
        let (hook, isIn, isOpen) = (Hook(), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let backend = MemoryBackend(promptness: { _ in
            hook.run()
            return 2
        })
        let pipeline = try started(backend)
        hook.set {
            isIn.signal()
            isOpen.wait()
        }
        let hasReturned = DispatchSemaphore(value: 0)
        Foundation.Thread.detachNewThread {
            let producer = pipeline.makeProducer {}
            producer.record(texts: ["a", "b", "c", "d"])
            #expect(producer.flushAwaited())
            hasReturned.signal()
        }
        isIn.wait()
        let (one, two) = (pipeline.makeProducer {}, pipeline.makeProducer {})
        one.record(texts: ["1"])
        #expect(!one.flushAwaited(), "the output is in use")
        two.record(texts: ["2"])
        two.flush()
        for _ in 0..<100 { #expect(pipeline.isWriterAlive(), "it waits for a thread that is in the output") }
        #expect(backend.committed == [])
        isOpen.signal()
        hasReturned.wait()
        #expect(eventually { backend.committed == ["a", "b", "c", "d", "1", "2"] })
        #expect(eventually { pipeline.metrics.committed == 6 })
        #expect(eventually { pipeline.isWriterAlive() })
        end(pipeline)
        #expect(backend.violations == [])
    }

    @Test func anotherBackendWritesWhatTheOldOneDidNotTake() throws {
        let hook = Hook()
        let old = MemoryBackend(promptness: { _ in
            hook.run()
            return 2
        })
        let new = MemoryBackend(promptness: { $0 })
        let pipeline = try started(old)
        hook.set {
            do {
                try pipeline.replaceBackend(with: new)
            } catch {
                Issue.record(error)
            }
            #expect(old.closes == 0, "it is being written to")
        }
        let producer = pipeline.makeProducer {}
        producer.record(texts: numbers(0..<4))
        #expect(producer.flushAwaited())
        #expect(eventually { new.committed == numbers(2..<4) })
        #expect(old.committed == numbers(0..<2))
        #expect(old.closes == 1)
        waitUntilWriterRests(pipeline)
        producer.record(texts: numbers(4..<6))
        #expect(producer.flushAwaited())
        #expect(new.committed == numbers(2..<6))
        end(pipeline)
        #expect([old, new].map(\.closes) == [1, 1] as [Int])
        #expect(old.violations == [] && new.violations == [])
    }

    /// The old one is not used once the new one is there.
    @Test func aNewBackendGetsTheNextRecords() throws {
        let (old, new) = (MemoryBackend(promptness: { $0 }), MemoryBackend(promptness: { $0 }))
        let pipeline = try started(old)
        let producer = pipeline.makeProducer {}
        try pipeline.replaceBackend(with: new)
        producer.record(texts: ["x"])
        _ = producer.flushAwaited()
        #expect(eventually { new.committed == ["x"] })
        #expect(old.committed == [])
        end(pipeline)
    }

    @Test func theEndComesAfterWhatIsUnderWay() throws {
        let hook = Hook()
        let backend = MemoryBackend(
            script: { _ in WriteOutcome(done: 0, failure: MemoryBackend.failure) },
            promptness: { _ in
                hook.run()
                return 1
            }
        )
        let pipeline = try started(backend)
        hook.set { pipeline.finish() }
        let producer = pipeline.makeProducer {}
        producer.record(texts: ["a", "b"])
        #expect(producer.flushAwaited())
        #expect(eventually { backend.writes >= 2 })
        #expect(!pipeline.isFinished && backend.closes == 0)
        backend.follow(nil)
        #expect(eventually { pipeline.isFinished })
        #expect(backend.committed == ["a", "b"])
        #expect(backend.closes == 1)
        producer.record(texts: ["late"])
        #expect(!producer.flushAwaited(), "the output is closed")
        #expect(backend.violations == [])
    }
}
