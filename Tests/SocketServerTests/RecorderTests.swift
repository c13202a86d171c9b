import Linux
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

@Suite struct RecorderTests {
    @Test func recordsBelowTheThresholdAreNotMade() throws {
        let fixture = try RecorderFixture(threshold: .warning, paused: false)
        fixture.record("no", .notice)
        #expect(fixture.recorder.position == 0)
        fixture.record("yes", .warning)
        fixture.record("yes, too", .emergency)
        fixture.recorder.threshold = .debug
        fixture.record("now yes", .debug)
        fixture.commit()
        #expect(fixture.backend.committed == ["yes", "yes, too", "now yes"])
    }

    @Test func aFlushIsUrgentForTheFirstWhoWaitsOnly() throws {
        let fixture = try RecorderFixture()
        #expect(!fixture.recorder.hasUnflushed)
        fixture.record("1")
        #expect(fixture.recorder.hasUnflushed)
        #expect(!fixture.recorder.commits.isFlushUrgent, "none waits")
        fixture.recorder.commits.awaitCommit(fixture.waiter("a"), through: fixture.recorder.position)
        #expect(fixture.recorder.commits.isFlushUrgent)
        #expect(fixture.recorder.commits.waiterCount == 1)
        fixture.recorder.flush()
        #expect(!fixture.recorder.hasUnflushed)
        #expect(!fixture.recorder.commits.isFlushUrgent)
        fixture.record("2")
        fixture.recorder.commits.awaitCommit(fixture.waiter("b"), through: fixture.recorder.position)
        #expect(fixture.recorder.hasUnflushed)
        #expect(!fixture.recorder.commits.isFlushUrgent, "the first one's batch is being written: others gather")
        #expect(fixture.recorder.commits.waiterCount == 2)
        fixture.backend.release()
        #expect(
            eventually {
                fixture.recorder.commits.serve()
                return fixture.calls == ["a"]
            }
        )
        #expect(fixture.recorder.commits.isFlushUrgent, "now it is the second one's turn")
        #expect(fixture.recorder.commits.waiterCount == 1)
        #expect(fixture.hasCalls(2))
        #expect(!fixture.recorder.commits.isFlushUrgent)
    }

    @Test func thoseWhoWaitAreServedInOrder() throws {
        let fixture = try RecorderFixture()
        for number in 1...3 { fixture.record("\(number)") }
        // Each waits for the records up to its own, whenever the wait begins.
        for number in [3, 1, 2] as [UInt64] {
            fixture.recorder.commits.awaitCommit(fixture.waiter("\(number)"), through: number)
        }
        fixture.recorder.flush()
        #expect(eventually { fixture.backend.isInWrite })
        fixture.recorder.commits.serve()
        #expect(fixture.calls == [], "nothing is committed")
        fixture.commit()
        #expect(fixture.hasCalls(3))
        #expect(fixture.calls == ["1", "2", "3"])
    }

    @Test func whoHasNothingToWaitForIsServedAtOnce() throws {
        let fixture = try RecorderFixture(threshold: .error)
        fixture.record("not made")
        fixture.recorder.commits.awaitCommit(fixture.waiter("a"), through: fixture.recorder.position)
        #expect(fixture.calls == ["a"])
    }

    @Test func onlyObserversOfARejectedRecordAreCalled() throws {
        // The second and the fifth of six.
        let fixture = try RecorderFixture { WriteOutcome(done: $0, rejected: [1, 4]) }
        let customers = ["a", "b", "c"].map { fixture.waiter($0) }
        for customer in customers {
            fixture.record(customer.name, by: customer)
            fixture.record(customer.name, by: customer)
            fixture.recorder.commits.awaitCommit(customer, through: fixture.recorder.position)
        }
        fixture.commit()
        #expect(fixture.hasCalls(3))
        #expect(fixture.calls == ["a refused", "b", "c refused"])
        fixture.backend.follow(nil)
        for customer in customers {
            fixture.record(customer.name, by: customer)
            fixture.recorder.commits.awaitCommit(customer, through: fixture.recorder.position)
        }
        fixture.commit()
        #expect(fixture.hasCalls(6))
        #expect(fixture.calls.suffix(3) == ["a refused", "b", "c refused"], "there is no going back")
    }

    /// As with connections that live for days: their records lie among each other's.
    @Test func aRejectionDoesNotReachOtherObservers() throws {
        let fixture = try RecorderFixture { WriteOutcome(done: $0, rejected: (0..<$0).filter { $0 % 7 == 3 }) }
        let customers = (0..<7).map { fixture.waiter("\($0)") }
        for number in 0..<700 {
            fixture.record("\(number)", by: customers[number % 7])
            if number % 100 == 50 { fixture.record("of none") }
            if number % 100 == 50 { for _ in 0..<6 { fixture.record("of none, too") } }
        }
        for customer in customers { fixture.recorder.commits.awaitCommit(customer, through: fixture.recorder.position) }
        fixture.commit()
        #expect(fixture.hasCalls(7))
        #expect(fixture.calls == ["0", "1", "2", "3 refused", "4", "5", "6"])
    }

    /// No observer waits, and nothing is kept of what is settled.
    @Test func authorsOfSettledRecordsAreForgotten() throws {
        let fixture = try RecorderFixture(paused: false) { WriteOutcome(done: $0, rejected: [0]) }
        weak var gone: RecorderWaiter?
        do {
            let customer = fixture.waiter("gone")
            gone = customer
            fixture.record("x", by: customer)
            #expect(gone != nil)
        }
        #expect(gone != nil, "its record is under way")
        fixture.commit()
        #expect(
            eventually {
                fixture.recorder.commits.serve()
                return gone == nil
            }
        )
    }

    @Test(arguments: [1500, 20_000]) func aRefusalIsNotForgottenForTheManyAfterIt(count: Int) throws {
        let fixture = try RecorderFixture { WriteOutcome(done: $0, rejected: Array(0..<$0)) }
        let early = fixture.waiter("early")
        let crowd = fixture.waiter("crowd")
        fixture.record("early", by: early)
        fixture.recorder.commits.awaitCommit(early, through: fixture.recorder.position)
        for _ in 0..<count { fixture.record("x", by: crowd) }
        fixture.recorder.flush()
        fixture.backend.release()
        #expect(eventually { fixture.pipeline.metrics.waiting == 0 })
        #expect(fixture.hasCalls(1))
        #expect(fixture.calls == ["early refused"])
        fixture.backend.follow(nil)
        let late = fixture.waiter("late")
        fixture.record("late", by: late)
        fixture.recorder.commits.awaitCommit(late, through: fixture.recorder.position)
        fixture.recorder.commits.awaitCommit(crowd, through: fixture.recorder.position)
        fixture.commit()
        #expect(fixture.hasCalls(3))
        #expect(fixture.calls == ["early refused", "late", "crowd refused"])
    }

    @Test func messagesAreRecordedWhateverTheThreshold() throws {
        let fixture = try RecorderFixture(threshold: .emergency, paused: false)
        let origin = Origin(protocolName: "syslog", listener: "l", peer: nil, connection: 1)
        let author = fixture.waiter("author")
        let account = AccountBook(ServerMetrics()).open(ListenerMetrics(name: "l", protocolName: "syslog"))
        let recorder = fixture.recorder
        let isRecorded = try recorder.recordMessage(from: origin, at: .now, .now, by: author, account) { record in
            record.severity = .debug
            record.append("a sender's")
            return true
        }
        #expect(isRecorded)
        let isLeftOut = try !fixture.recorder.recordMessage(from: origin, at: .now, .now, by: author, account) { _ in
            false
        }
        #expect(isLeftOut)
        #expect(throws: MessageError("no")) {
            _ = try fixture.recorder.recordMessage(
                from: origin,
                at: .now,
                .now,
                by: author,
                account
            ) { _ throws(MessageError) in
                throw MessageError("no")
            }
        }
        #expect(fixture.recorder.position == 1)
        fixture.commit()
        #expect(fixture.backend.committed == ["a sender's"])
    }

    @Test func whoIsServedMayWaitAgain() throws {
        let fixture = try RecorderFixture()
        let first = fixture.waiter("first")
        fixture.record("1")
        fixture.recorder.commits.awaitCommit(first, through: fixture.recorder.position)
        fixture.recorder.commits.awaitCommit(fixture.waiter("second"), through: fixture.recorder.position)
        first.atCommit = {
            first.atCommit = {}
            fixture.record("2")
            fixture.recorder.commits.awaitCommit(first, through: fixture.recorder.position)
        }
        fixture.commit()
        #expect(
            eventually {
                fixture.recorder.flush()
                fixture.recorder.commits.serve()
                return fixture.calls.count == 3
            }
        )
        #expect(fixture.calls == ["first", "second", "first"])
        #expect(fixture.backend.committed == ["1", "2"])
    }

    @Test func waitersAreCalledWhenThereIsSpace() throws {
        let fixture = try RecorderFixture(capacity: 100)
        fixture.recorder.commits.awaitSpace(fixture.waiter("early"))
        #expect(fixture.calls == ["early has space"])
        fixture.record(String(repeating: "x", count: 100))
        #expect(!fixture.recorder.isFull)
        fixture.recorder.flush()
        #expect(fixture.recorder.isFull)
        fixture.recorder.commits.awaitSpace(fixture.waiter("a"))
        fixture.recorder.commits.awaitSpace(fixture.waiter("b"))
        fixture.recorder.commits.serve()
        #expect(fixture.calls == ["early has space"])
        fixture.commit()
        #expect(fixture.hasCalls(3))
        fixture.recorder.commits.serve()
        #expect(fixture.calls == ["early has space", "a has space", "b has space"], "each once")
    }

    @Test func busyWaitersAreCalledWhenTheBacklogIsWritten() throws {
        let fixture = try RecorderFixture(capacity: 8 << 20)
        fixture.record(String(repeating: "x", count: 1 << 20))
        fixture.recorder.flush()
        #expect(fixture.recorder.hasBacklog)
        #expect(!fixture.recorder.isFull)
        fixture.recorder.commits.awaitSpace(fixture.waiter("busy"), isBusy: true)
        fixture.recorder.commits.awaitSpace(fixture.waiter("other"))
        #expect(fixture.calls == ["other has space"])
        fixture.commit()
        #expect(fixture.hasCalls(2))
        #expect(fixture.calls == ["other has space", "busy has space"])
    }
}
