import Linux
import Testing

@testable import SocketServer

@Suite struct FlushPolicyTests {
    private let start = MonotonicTime.now

    private func decide(
        _ policy: inout FlushPolicy,
        after time: Duration = .zero,
        records: Bool = true,
        awaited: Bool = false,
        waiters: Int = 0,
        members: Int = 10
    ) -> FlushPolicy.Decision {
        policy.decide(
            hasRecords: records,
            isAwaited: awaited,
            waiters: waiters,
            members: members,
            at: start + time
        )
    }

    @Test func withoutRecordsThereIsNothingToDo() {
        var policy = FlushPolicy()
        #expect(decide(&policy, records: false) == .nothing)
        #expect(decide(&policy, records: false, awaited: true, waiters: 10) == .nothing)
        #expect(policy.due == nil)
    }

    @Test func recordsThatNothingWaitsForGoOutAfterTheLongerTime() {
        var policy = FlushPolicy()
        let due = start + FlushPolicy.maxDelay
        #expect(decide(&policy) == .wait(until: due))
        #expect(decide(&policy, after: .milliseconds(2)) == .wait(until: due), "from the first record on")
        #expect(decide(&policy, after: FlushPolicy.maxDelay - .nanoseconds(1)) == .wait(until: due))
        #expect(policy.due == due)
        #expect(decide(&policy, after: FlushPolicy.maxDelay) == .flush)
        #expect(policy.due == nil)
        #expect(decide(&policy, after: .seconds(1)) == .wait(until: start + .seconds(1) + FlushPolicy.maxDelay))
    }

    @Test func awaitedOnesGoOutAfterTheShorterTime() {
        var policy = FlushPolicy()
        let due = start + FlushPolicy.maxAwaitedDelay
        #expect(decide(&policy, awaited: true, waiters: 1) == .wait(until: due))
        #expect(decide(&policy, after: .microseconds(100), awaited: true, waiters: 2) == .wait(until: due))
        #expect(decide(&policy, after: .microseconds(200), awaited: true, waiters: 2) == .flush)
    }

    @Test func aWaitThatBeginsLaterShortensTheTime() {
        var policy = FlushPolicy()
        #expect(decide(&policy) == .wait(until: start + FlushPolicy.maxDelay))
        let due = start + .milliseconds(1) + FlushPolicy.maxAwaitedDelay
        #expect(decide(&policy, after: .milliseconds(1), awaited: true, waiters: 1) == .wait(until: due))
        var late = FlushPolicy()
        #expect(decide(&late) == .wait(until: start + FlushPolicy.maxDelay))
        let before = FlushPolicy.maxDelay - .microseconds(1)
        let last = FlushPolicy.Decision.wait(until: start + FlushPolicy.maxDelay)
        #expect(decide(&late, after: before, awaited: true, waiters: 1) == last, "but never makes it longer")
    }

    @Test func whenAllWaitNothingIsToBeWaitedFor() {
        for members in [0, 1, 10] {
            var policy = FlushPolicy()
            #expect(decide(&policy, awaited: true, waiters: max(1, members), members: members) == .flush)
        }
        var policy = FlushPolicy()
        let due = start + FlushPolicy.maxDelay
        #expect(decide(&policy, waiters: 10) == .wait(until: due), "their records are under way already")
    }

    @Test func recordsThatAreGoneNeedNoFlush() {
        var policy = FlushPolicy()
        #expect(decide(&policy) == .wait(until: start + FlushPolicy.maxDelay))
        #expect(decide(&policy, after: .milliseconds(1), records: false) == .nothing)
        #expect(policy.due == nil)
    }
}
