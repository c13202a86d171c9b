import Linux
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

@Suite struct RecorderTests {
    /// A recorder whose records end in memory, and what those who wait were told.
    fileprivate final class Desk {
        let backend: MemoryBackend
        let pipeline: LogPipeline
        let recorder: Recorder
        var told: [String] = []

        init(
            capacity: Int = 1 << 20,
            threshold: Severity = .debug,
            paused: Bool = true,
            script: MemoryBackend.Script? = nil
        ) throws {
            backend = MemoryBackend(paused: paused, script: script)
            pipeline = try LogPipeline(backend: backend, capacity: capacity)
            recorder = Recorder(producer: pipeline.makeProducer {}, threshold: threshold)
            try pipeline.start()
        }

        func record(_ text: String, _ severity: Severity = .debug, by author: Customer? = nil) {
            recorder.record(.dataReceived, severity, nil, by: author) { $0.append(text) }
        }

        /// Lets the backend write, and waits for it.
        func commit() {
            recorder.flush()
            backend.release()
            #expect(
                eventually {
                    recorder.commits.serve()
                    return pipeline.metrics.waiting == 0
                }
            )
        }

        /// Waits until somebody was told something so many times.
        func isTold(_ count: Int) -> Bool {
            eventually {
                recorder.flush()
                recorder.commits.serve()
                return told.count >= count
            }
        }

        func waiter(_ name: String) -> Customer { Customer(name, self) }
    }

    fileprivate final class Customer: CommitObserver, SpaceWaiter {
        let name: String
        private var isRefused = false
        let desk: Desk
        var atCommit: () -> Void = {}

        init(_ name: String, _ desk: Desk) {
            self.name = name
            self.desk = desk
        }

        func recordRejected() { isRefused = true }

        func committed() {
            desk.told.append(isRefused ? "\(name) refused" : name)
            atCommit()
        }

        func hasSpace() { desk.told.append("\(name) has space") }
    }

    @Test func recordsBelowTheThresholdAreNotMade() throws {
        let desk = try Desk(threshold: .warning, paused: false)
        desk.record("no", .notice)
        #expect(desk.recorder.position == 0)
        desk.record("yes", .warning)
        desk.record("yes, too", .emergency)
        desk.recorder.threshold = .debug
        desk.record("now yes", .debug)
        desk.commit()
        #expect(desk.backend.committed == ["yes", "yes, too", "now yes"])
    }

    @Test func aFlushIsUrgentForTheFirstWhoWaitsOnly() throws {
        let desk = try Desk()
        #expect(!desk.recorder.hasUnflushed)
        desk.record("1")
        #expect(desk.recorder.hasUnflushed)
        #expect(!desk.recorder.commits.isFlushUrgent, "nobody waits")
        desk.recorder.commits.awaitCommit(desk.waiter("a"), through: desk.recorder.position)
        #expect(desk.recorder.commits.isFlushUrgent)
        #expect(desk.recorder.commits.waiterCount == 1)
        desk.recorder.flush()
        #expect(!desk.recorder.hasUnflushed)
        #expect(!desk.recorder.commits.isFlushUrgent)
        desk.record("2")
        desk.recorder.commits.awaitCommit(desk.waiter("b"), through: desk.recorder.position)
        #expect(desk.recorder.hasUnflushed)
        #expect(!desk.recorder.commits.isFlushUrgent, "the first one's batch is being written: others gather")
        #expect(desk.recorder.commits.waiterCount == 2)
        desk.backend.release()
        #expect(
            eventually {
                desk.recorder.commits.serve()
                return desk.told == ["a"]
            }
        )
        #expect(desk.recorder.commits.isFlushUrgent, "now it is the second one's turn")
        #expect(desk.recorder.commits.waiterCount == 1)
        #expect(desk.isTold(2))
        #expect(!desk.recorder.commits.isFlushUrgent)
    }

    @Test func thoseWhoWaitAreServedInOrder() throws {
        let desk = try Desk()
        for number in 1...3 { desk.record("\(number)") }
        // Each waits for the records up to its own, whenever the wait begins.
        for number in [3, 1, 2] as [UInt64] {
            desk.recorder.commits.awaitCommit(desk.waiter("\(number)"), through: number)
        }
        desk.recorder.flush()
        #expect(eventually { desk.backend.isInWrite })
        desk.recorder.commits.serve()
        #expect(desk.told == [], "nothing is committed")
        desk.commit()
        #expect(desk.isTold(3))
        #expect(desk.told == ["1", "2", "3"])
    }

    @Test func whoHasNothingToWaitForIsServedAtOnce() throws {
        let desk = try Desk(threshold: .error)
        desk.record("not made")
        desk.recorder.commits.awaitCommit(desk.waiter("a"), through: desk.recorder.position)
        #expect(desk.told == ["a"])
    }

    @Test func onlyObserversOfARejectedRecordAreCalled() throws {
        // The second and the fifth of six.
        let desk = try Desk { WriteOutcome(done: $0, rejected: [1, 4]) }
        let customers = ["a", "b", "c"].map { desk.waiter($0) }
        for customer in customers {
            desk.record(customer.name, by: customer)
            desk.record(customer.name, by: customer)
            desk.recorder.commits.awaitCommit(customer, through: desk.recorder.position)
        }
        desk.commit()
        #expect(desk.isTold(3))
        #expect(desk.told == ["a refused", "b", "c refused"])
        desk.backend.follow(nil)
        for customer in customers {
            desk.record(customer.name, by: customer)
            desk.recorder.commits.awaitCommit(customer, through: desk.recorder.position)
        }
        desk.commit()
        #expect(desk.isTold(6))
        #expect(desk.told.suffix(3) == ["a refused", "b", "c refused"], "there is no going back")
    }

    /// As with connections that live for days: their records lie among each other's.
    @Test func aRejectionDoesNotReachOtherObservers() throws {
        let desk = try Desk { WriteOutcome(done: $0, rejected: (0..<$0).filter { $0 % 7 == 3 }) }
        let customers = (0..<7).map { desk.waiter("\($0)") }
        for number in 0..<700 {
            desk.record("\(number)", by: customers[number % 7])
            if number % 100 == 50 { desk.record("nobody's") }
            if number % 100 == 50 { for _ in 0..<6 { desk.record("nobody's, too") } }
        }
        for customer in customers { desk.recorder.commits.awaitCommit(customer, through: desk.recorder.position) }
        desk.commit()
        #expect(desk.isTold(7))
        #expect(desk.told == ["0", "1", "2", "3 refused", "4", "5", "6"])
    }

    /// Nobody waits, and nothing is kept of what is settled.
    @Test func authorsOfSettledRecordsAreForgotten() throws {
        let desk = try Desk(paused: false) { WriteOutcome(done: $0, rejected: [0]) }
        weak var gone: Customer?
        do {
            let customer = desk.waiter("gone")
            gone = customer
            desk.record("x", by: customer)
            #expect(gone != nil)
        }
        #expect(gone != nil, "its record is under way")
        desk.commit()
        #expect(
            eventually {
                desk.recorder.commits.serve()
                return gone == nil
            }
        )
    }

    @Test(arguments: [1500, 20_000]) func aRefusalIsNotForgottenForTheManyAfterIt(count: Int) throws {
        let desk = try Desk { WriteOutcome(done: $0, rejected: Array(0..<$0)) }
        let early = desk.waiter("early")
        let crowd = desk.waiter("crowd")
        desk.record("early", by: early)
        desk.recorder.commits.awaitCommit(early, through: desk.recorder.position)
        for _ in 0..<count { desk.record("x", by: crowd) }
        desk.recorder.flush()
        desk.backend.release()
        #expect(eventually { desk.pipeline.metrics.waiting == 0 })
        #expect(desk.isTold(1))
        #expect(desk.told == ["early refused"])
        desk.backend.follow(nil)
        let late = desk.waiter("late")
        desk.record("late", by: late)
        desk.recorder.commits.awaitCommit(late, through: desk.recorder.position)
        desk.recorder.commits.awaitCommit(crowd, through: desk.recorder.position)
        desk.commit()
        #expect(desk.isTold(3))
        #expect(desk.told == ["early refused", "late", "crowd refused"])
    }

    @Test func messagesAreRecordedWhateverTheThreshold() throws {
        let desk = try Desk(threshold: .emergency, paused: false)
        let origin = Origin(protocolName: "syslog", listener: "l", peer: nil, connection: 1)
        let author = desk.waiter("author")
        let account = AccountBook(ServerMetrics()).open(ListenerMetrics(name: "l", protocolName: "syslog"))
        let isRecorded = try desk.recorder.recordMessage(from: origin, at: .now, .now, by: author, account) { record in
            record.severity = .debug
            record.append("a sender's")
            return true
        }
        #expect(isRecorded)
        let isLeftOut = try !desk.recorder.recordMessage(from: origin, at: .now, .now, by: author, account) { _ in
            false
        }
        #expect(isLeftOut)
        #expect(throws: MessageError("no")) {
            _ = try desk.recorder.recordMessage(
                from: origin,
                at: .now,
                .now,
                by: author,
                account
            ) { _ throws(MessageError) in
                throw MessageError("no")
            }
        }
        #expect(desk.recorder.position == 1)
        desk.commit()
        #expect(desk.backend.committed == ["a sender's"])
    }

    @Test func whoIsServedMayWaitAgain() throws {
        let desk = try Desk()
        let first = desk.waiter("first")
        desk.record("1")
        desk.recorder.commits.awaitCommit(first, through: desk.recorder.position)
        desk.recorder.commits.awaitCommit(desk.waiter("second"), through: desk.recorder.position)
        first.atCommit = {
            first.atCommit = {}
            desk.record("2")
            desk.recorder.commits.awaitCommit(first, through: desk.recorder.position)
        }
        desk.commit()
        #expect(
            eventually {
                desk.recorder.flush()
                desk.recorder.commits.serve()
                return desk.told.count == 3
            }
        )
        #expect(desk.told == ["first", "second", "first"])
        #expect(desk.backend.committed == ["1", "2"])
    }

    @Test func waitersAreCalledWhenThereIsSpace() throws {
        let desk = try Desk(capacity: 100)
        desk.recorder.commits.awaitSpace(desk.waiter("early"))
        #expect(desk.told == ["early has space"])
        desk.record(String(repeating: "x", count: 100))
        #expect(!desk.recorder.isFull)
        desk.recorder.flush()
        #expect(desk.recorder.isFull)
        desk.recorder.commits.awaitSpace(desk.waiter("a"))
        desk.recorder.commits.awaitSpace(desk.waiter("b"))
        desk.recorder.commits.serve()
        #expect(desk.told == ["early has space"])
        desk.commit()
        #expect(desk.isTold(3))
        desk.recorder.commits.serve()
        #expect(desk.told == ["early has space", "a has space", "b has space"], "each once")
    }

    @Test func busyWaitersAreCalledWhenTheBacklogIsWritten() throws {
        let desk = try Desk(capacity: 8 << 20)
        desk.record(String(repeating: "x", count: 1 << 20))
        desk.recorder.flush()
        #expect(desk.recorder.hasBacklog)
        #expect(!desk.recorder.isFull)
        desk.recorder.commits.awaitSpace(desk.waiter("busy"), isBusy: true)
        desk.recorder.commits.awaitSpace(desk.waiter("other"))
        #expect(desk.told == ["other has space"])
        desk.commit()
        #expect(desk.isTold(2))
        #expect(desk.told == ["other has space", "busy has space"])
    }
}
