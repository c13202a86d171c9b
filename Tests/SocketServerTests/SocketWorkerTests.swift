import Foundation
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

@Suite struct SocketWorkerTests {
    private final class Counter: Ticker, Sendable {
        let ticks = Atomic<Int>(0)
        var count: Int { ticks.load(ordering: .relaxed) }
        func tick() { ticks.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Adds a ticker when its records are committed.
    private final class TickerAtCommit: CommitObserver {
        let loop: EventLoop
        let ticker: Counter
        init(_ loop: EventLoop, _ ticker: Counter) { (self.loop, self.ticker) = (loop, ticker) }
        func committed() { loop.add(ticker) }
        func recordRejected() {}
    }

    @Test func tasksRunInOrder() throws {
        let stage = try WorkerStage(MemoryBackend())
        final class Seen: Sendable { let numbers = Mutex<[Int]>([]) }
        let order = Seen()
        for number in 0..<1000 { stage.mailbox.execute { _ in order.numbers.withLock { $0.append(number) } } }
        #expect(eventually { order.numbers.withLock { $0.count } == 1000 })
        #expect(order.numbers.withLock { $0 } == Array(0..<1000))
    }

    @Test func aTaskMayLeaveAnother() throws {
        let stage = try WorkerStage(MemoryBackend())
        let counter = Counter()
        let mailbox = stage.mailbox
        mailbox.execute { _ in mailbox.execute { _ in counter.tick() } }
        #expect(eventually { counter.count == 1 })
    }

    @Test func tickersTickUntilTheyAreRemoved() throws {
        let stage = try WorkerStage(MemoryBackend())
        let (counter, other) = (Counter(), Counter())
        stage.perform { $0.loop.add(counter) }
        #expect(eventually { counter.count >= 2 })
        stage.perform { worker in
            worker.loop.add(other)
            worker.loop.remove(counter)
        }
        let count = counter.count
        #expect(eventually { other.count >= 2 })
        #expect(counter.count == count)
    }

    /// The last thing that a round does is to tell of commits; what comes of it must not wait for the next event.
    @Test func aTickerThatComesLateInARoundTicksAllTheSame() throws {
        let stage = try WorkerStage(MemoryBackend())
        let counter = Counter()
        stage.perform { worker in
            worker.recorder.record(.daemonStarted, .informational, nil) { $0.append("x") }
            let ticker = TickerAtCommit(worker.loop, counter)
            worker.recorder.commits.awaitCommit(ticker, through: worker.recorder.position)
        }
        #expect(eventually(within: .seconds(5)) { counter.count >= 1 })
    }

    // MARK: when records are handed over

    @Test func theOnlyOneWhoWaitsIsNotKeptWaiting() throws {
        let stage = try WorkerStage(MemoryBackend())
        let address = try stage.listen("echo")
        let client = try Client(address)
        var best = Duration.seconds(1)
        for _ in 0..<50 {
            let start = ContinuousClock.now
            try client.send("x")
            #expect(try client.receiveText() == "x")
            best = min(best, ContinuousClock.now - start)
        }
        #expect(best < .milliseconds(4), "less than the patience for records that nobody waits for")
    }

    @Test func recordsThatAreNotAwaitedGoOutSoonAndTogether() throws {
        let backend = CountingBackend()
        let stage = try WorkerStage(backend)
        let address = try stage.listen("discard")
        let client = try Client(address)
        #expect(eventually { backend.records.load(ordering: .acquiring) == 1 })
        var best = Duration.seconds(1)
        for round in 1...20 {
            let start = ContinuousClock.now
            try client.send("x")
            while backend.records.load(ordering: .acquiring) <= round, ContinuousClock.now - start < .seconds(5) {
                usleep(100)
            }
            best = min(best, ContinuousClock.now - start)
        }
        #expect(backend.records.load(ordering: .acquiring) == 21)
        #expect(best < .milliseconds(50))
        #expect(best > .milliseconds(1), "others may come along")
    }

    @Test func manyWhoWaitAreServedByOneBatch() throws {
        let backend = CountingBackend()
        let stage = try WorkerStage(backend)
        let address = try stage.listen("echo")
        let clients = try (0..<100).map { _ in try Client(address) }
        for client in clients {
            try client.send("x")
            #expect(try client.receiveText() == "x")
        }
        // The records of what was sent, too.
        #expect(eventually { backend.records.load(ordering: .acquiring) == 300 })
        let before = backend.batches.load(ordering: .relaxed)
        try stage.whileHeld { for client in clients { try client.send("y") } }
        for client in clients { #expect(try client.receiveText() == "y") }
        #expect(eventually { backend.records.load(ordering: .acquiring) == 500 })
        #expect(backend.batches.load(ordering: .relaxed) - before < 10)
    }
}
