import Foundation
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

@Suite struct SocketWorkerTests {
    /// Its deadline is used on the loop's thread only, and the number of ticks is atomic.
    private final class Counter: Ticker, @unchecked Sendable {
        var deadline = DeadlineQueue.Place()
        let ticks = Atomic<Int>(0)
        var count: Int { ticks.load(ordering: .relaxed) }
        func tick() { ticks.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Adds a ticker when its records are committed.
    private final class TickerAtCommit: CommitObserver {
        let loop: EventLoop
        let ticker: Counter
        init(_ loop: EventLoop, _ ticker: Counter) { (self.loop, self.ticker) = (loop, ticker) }
        func committed() { loop.schedule(ticker, after: .zero) }
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

    @Test func aTickerTicksOnceAtItsDeadline() throws {
        let stage = try WorkerStage(MemoryBackend())
        let (early, late, cancelled) = (Counter(), Counter(), Counter())
        let start = ContinuousClock.now
        stage.perform { worker in
            worker.loop.schedule(late, after: .milliseconds(700))
            worker.loop.schedule(cancelled, after: .milliseconds(100))
            worker.loop.schedule(early, after: .seconds(3600))
            worker.loop.schedule(early, after: .zero)
            worker.loop.schedule(early, after: .seconds(60))
            worker.loop.cancel(cancelled)
        }
        #expect(eventually { early.count == 1 })
        #expect(late.count == 0)
        #expect(eventually { late.count == 1 })
        #expect(ContinuousClock.now - start >= .milliseconds(700))
        #expect(early.count == 1)
        #expect(cancelled.count == 0)
    }

    /// Without a deadline nothing wakes the thread, however many connections are open.
    @Test func idleConnectionsCostNothing() throws {
        let stage = try WorkerStage(MemoryBackend())
        let address = try stage.listen("json")
        let clients = try (0..<200).map { _ in try Client(address) }
        for client in clients { try client.send("{\"message\":\"x\"}\n") }
        #expect(eventually { stage.metrics.messages.recorded == 200 })
        // After the last deadlines, of messages that may have been under way.
        var used = stage.threadTime
        let isQuiet = eventually {
            usleep(1_000_000)
            let before = used
            used = stage.threadTime
            // Asking takes some time of the thread, too.
            return used - before < .microseconds(500)
        }
        #expect(isQuiet)
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
        #expect(best < .milliseconds(4), "less than the patience for records that no client waits for")
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
