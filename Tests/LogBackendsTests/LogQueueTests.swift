import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import LogBackends

@Suite struct LogQueueTests {
    private let account = ProducerAccount {}

    private func batch(_ count: Int, bytes: Int = 10) -> LogBatch {
        var batch = LogBatch()
        for _ in 0..<count {
            batch.bytes += [UInt8](repeating: 0x61, count: bytes)
            batch.endRecord()
        }
        return batch
    }

    private func taken(_ queue: LogQueue, bytes: Int) -> [LogBatch]? {
        guard case .write(let submissions) = queue.take(bytes: bytes) else { return nil }
        return submissions.map(\.batch)
    }

    @Test func positionsCountAllRecordsBefore() throws {
        let queue = LogQueue(capacity: 1000, backend: MemoryBackend())
        for count in [3, 1, 4] {
            var batch = batch(count)
            queue.submit(&batch, from: account)
            #expect(batch.isEmpty)
            #expect(batch.bytes.isEmpty)
        }
        let batches = try #require(taken(queue, bytes: 1000))
        #expect(batches.map(\.position) == [0, 3, 4])
        #expect(batches.map(\.count) == [3, 1, 4])
        #expect(queue.metrics.received == 8)
        #expect(queue.metrics.waiting == 8)
        #expect(queue.metrics.waitingBytes == batches.reduce(0) { $0 + $1.memory })
    }

    @Test func oneTakeIsLimitedInBytes() throws {
        let queue = LogQueue(capacity: 1000, backend: MemoryBackend())
        for _ in 0..<5 {
            var batch = batch(1)
            queue.submit(&batch, from: account)
        }
        #expect(try #require(taken(queue, bytes: 25)).map(\.position) == [0, 1])
        #expect(try #require(taken(queue, bytes: 1)).map(\.position) == [2], "one at least, however large")
        #expect(try #require(taken(queue, bytes: 1000)).map(\.position) == [3, 4])
        guard case .sleep = queue.take(bytes: 1000) else {
            Issue.record("nothing is left, and there is more to come")
            return
        }
        queue.finish()
        guard case .end = queue.take(bytes: 1000) else {
            Issue.record("nothing is left, and nothing will come")
            return
        }
    }

    @Test func finishComesAfterWhatIsWaiting() {
        let queue = LogQueue(capacity: 1000, backend: MemoryBackend())
        var batch = batch(1)
        queue.submit(&batch, from: account)
        queue.finish()
        #expect(taken(queue, bytes: 1) != nil)
        guard case .end = queue.take(bytes: 1) else {
            Issue.record("does not end")
            return
        }
    }

    @Test func fullUntilEnoughIsWrittenAndTheNoticeAtHalf() throws {
        let notices = Notices()
        let account = ProducerAccount { notices.add() }
        // What the arrays have room for depends on the allocator.
        let all = (0..<10).map { _ in batch(1) }
        let queue = LogQueue(capacity: all.reduce(0) { $0 + $1.memory }, backend: MemoryBackend())
        queue.register(account)
        for var batch in all.dropLast() { queue.submit(&batch, from: account) }
        #expect(!queue.isFull)
        #expect(!queue.waitForSpace(isBacklog: false))
        var last = all[9]
        queue.submit(&last, from: account)
        #expect(queue.isFull)
        #expect(queue.waitForSpace(isBacklog: false))
        let batches = try #require(taken(queue, bytes: 10_000))
        #expect(queue.isFull, "what is taken and not written waits as well")
        for index in 0..<3 {
            queue.acknowledge([batches[index]], done: 1, rejected: 0, failure: nil, after: nil)
            #expect(!queue.isFull)
            #expect(notices.count == 0)
        }
        queue.acknowledge(Array(batches[3...6]), done: 4, rejected: 0, failure: nil, after: nil)
        #expect(notices.count == 1)
        #expect(queue.metrics.waitingBytes == batches[7...].reduce(0) { $0 + $1.memory })
        queue.acknowledge(Array(batches[7...]), done: 3, rejected: 0, failure: nil, after: nil)
        #expect(notices.count == 1, "one notice for one wait")
        #expect(queue.metrics == PipelineMetrics(received: 10, committed: 10))
    }

    @Test func thoseThatSendMuchPauseAtTheBacklog() {
        let notices = Notices()
        let account = ProducerAccount { notices.add() }
        let queue = LogQueue(capacity: 8 << 20, backend: MemoryBackend())
        queue.register(account)
        for _ in 1...4 {
            #expect(!queue.hasBacklog)
            #expect(!queue.waitForSpace(isBacklog: true))
            var batch = batch(1)
            batch.addMemory(64 * 1024)
            queue.submit(&batch, from: account)
        }
        #expect(queue.hasBacklog)
        #expect(!queue.isFull)
        #expect(!queue.waitForSpace(isBacklog: false), "the others have space")
        #expect(queue.waitForSpace(isBacklog: true))
        guard let batches = taken(queue, bytes: 8 << 20) else { return }
        for (count, batch) in batches.dropLast().enumerated() {
            #expect(notices.count == 0, "after \(count) batches")
            queue.acknowledge([batch], done: 1, rejected: 0, failure: nil, after: nil)
            #expect(!queue.hasBacklog)
        }
        #expect(notices.count == 1)
    }

    /// RSS is what the arrays have room for, and what each batch costs beside them.
    @Test func allMemoryOfABatchCounts() {
        var batch = batch(1)
        #expect(batch.memory >= batch.bytes.capacity + 8 * batch.ends.capacity + 200)
        let before = batch.memory
        batch.bytes.reserveCapacity(100_000)
        #expect(batch.memory >= 100_000)
        batch.addMemory(1_000_000)
        #expect(batch.memory >= 1_100_000)
        batch.recycle(keeping: 1000)
        #expect(batch.memory <= before)
    }

    /// A small record in the memory of a large batch must not fill a small queue.
    @Test func aSmallQueueKeepsNoLargeArrays() {
        for (capacity, isKept) in [(64 << 10, false), (16 << 20, true)] {
            let queue = LogQueue(capacity: capacity, backend: MemoryBackend())
            var batch = batch(1000, bytes: 50)
            queue.submit(&batch, from: account)
            queue.acknowledge(taken(queue, bytes: 1) ?? [], done: 1000, rejected: 0, failure: nil, after: nil)
            var next = self.batch(1)
            queue.submit(&next, from: account)
            #expect((next.bytes.capacity >= 50_000) == isKept)
        }
    }

    @Test func failuresAreCountedAndTheLastIsShown() {
        let queue = LogQueue(capacity: 100, backend: MemoryBackend())
        queue.acknowledge([], done: 0, rejected: 0, failure: MemoryBackend.failure, after: nil)
        queue.acknowledge([], done: 0, rejected: 0, failure: MemoryBackend.failure, after: nil)
        #expect(queue.metrics.failures == 2)
        #expect(queue.metrics.failure == MemoryBackend.failure)
        queue.acknowledge([], done: 0, rejected: 0, failure: nil, after: nil)
        #expect(queue.metrics.failures == 2)
        #expect(queue.metrics.failure == nil)
    }

    @Test func batchesKeepTheirMemoryUnlessItIsMuch() {
        var batch = batch(10, bytes: 100)
        let capacity = batch.bytes.capacity
        batch.recycle(keeping: 100_000)
        #expect(batch.isEmpty)
        #expect(batch.bytes.isEmpty)
        #expect(batch.bytes.capacity == capacity)
        batch.bytes.reserveCapacity(200_000)
        batch.recycle(keeping: 100_000)
        #expect(batch.bytes.capacity <= 100_000)
    }

    @Test func manySmallRecordsAreMuchToo() {
        var batch = batch(50_000, bytes: 1)
        #expect(batch.size == 50_000 * 9)
        batch.recycle(keeping: 100_000)
        let first = batch.ends.capacity
        #expect(first * 8 <= 100_000)
        for _ in 0..<1000 { batch.endRecord() }
        let capacity = batch.ends.capacity
        batch.recycle(keeping: 100_000)
        #expect(batch.ends.capacity == capacity)
    }
}

extension PipelineMetrics {
    fileprivate init(received: UInt64, committed: UInt64) {
        self.init()
        self.received = received
        self.committed = committed
    }
}

/// Counts how often a producer was notified.
final class Notices: Sendable {
    private let number = Atomic<Int>(0)
    var count: Int { number.load(ordering: .acquiring) }
    func add() { number.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
