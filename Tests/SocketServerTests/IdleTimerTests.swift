import Linux
import Testing

@testable import SocketServer

@Suite struct IdleTimerTests {
    private let start = MonotonicTime.now

    private func due(
        _ timer: IdleTimer,
        _ state: ConnectionMachine.State,
        after time: Duration
    ) -> IdleTimer.Due {
        timer.due(in: state, at: start + time)
    }

    @Test func inputIsWaitedForAsLongAsTheTimeout() {
        var timer = IdleTimer(timeout: .seconds(60), at: start)
        #expect(due(timer, .receiving, after: .milliseconds(249)) == .nothing)
        #expect(due(timer, .receiving, after: .milliseconds(250)) == .quiet)
        #expect(due(timer, .receiving, after: .milliseconds(59_999)) == .quiet)
        #expect(due(timer, .receiving, after: .seconds(60)) == .timeout(.input))
        timer.noteActivity(at: start + .seconds(1))
        #expect(due(timer, .receiving, after: .seconds(60)) == .quiet)
        #expect(due(timer, .receiving, after: .seconds(61)) == .timeout(.input))
    }

    @Test func aReplyIsOfferedAsLongAsTheTimeoutAndThenTheEndForTwoSeconds() {
        let timer = IdleTimer(timeout: .seconds(60), at: start)
        #expect(due(timer, .sending, after: .seconds(59)) == .nothing)
        #expect(due(timer, .sending, after: .seconds(60)) == .timeout(.output))
        #expect(due(timer, .draining, after: .milliseconds(1999)) == .nothing)
        #expect(due(timer, .draining, after: .seconds(2)) == .end)
    }

    @Test func withoutATimeoutSilenceMayLast() {
        let timer = IdleTimer(timeout: nil, at: start)
        #expect(due(timer, .receiving, after: .seconds(1_000_000)) == .quiet)
        #expect(due(timer, .sending, after: .seconds(1_000_000)) == .nothing)
        #expect(due(timer, .draining, after: .seconds(2)) == .end)
    }

    /// A tick at that time, and not before it, finds something due.
    @Test func whatIsDueNextIsDueThen() throws {
        let timer = IdleTimer(timeout: .seconds(60), at: start)
        for (state, awaitsQuiet) in [(.receiving, true), (.receiving, false), (.sending, false), (.draining, false)]
            as [(ConnectionMachine.State, Bool)]
        {
            let next = try #require(timer.nextDue(in: state, awaitsQuiet: awaitsQuiet))
            let early = timer.due(in: state, at: next + .nanoseconds(-1))
            #expect(early == (state == .receiving && !awaitsQuiet ? .quiet : .nothing))
            #expect(timer.due(in: state, at: next) != early)
        }
        #expect(timer.nextDue(in: .pausing, awaitsQuiet: true) == nil)
        #expect(timer.nextDue(in: .committing(reply: nil), awaitsQuiet: true) == nil)
        #expect(IdleTimer(timeout: nil, at: start).nextDue(in: .receiving, awaitsQuiet: false) == nil)
    }

    @Test func aStopWaitsForClientsThatHaveJustCome() {
        var timer = IdleTimer(timeout: nil, at: start)
        #expect(!timer.mayStop(at: start + .milliseconds(999)))
        #expect(timer.mayStop(at: start + .seconds(1)))
        timer.noteActivity(at: start + .seconds(1))
        #expect(!timer.mayStop(at: start + .milliseconds(1999)))
    }

    @Test func waitsOfTheDaemonItselfDoNotTimeOut() {
        let timer = IdleTimer(timeout: .zero, at: start)
        for state in [.pausing, .committing(reply: nil), .committing(reply: []), .done] as [ConnectionMachine.State] {
            #expect(due(timer, state, after: .seconds(1_000_000)) == .nothing)
        }
    }
}
