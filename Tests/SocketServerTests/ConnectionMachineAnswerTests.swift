import Testing

@testable import SocketServer

/// Connections whose messages are answered one by one.
@Suite struct ConnectionMachineAnswerTests {
    private let answers: [UInt8] = Array("2 rsp 6 200 OK\n".utf8)

    private func machine() -> ConnectionMachine {
        var machine = ConnectionMachine(serving: .acknowledged(.relp))
        #expect(machine.opened(isFull: false) == .none)
        #expect(machine.received([1].span, isFull: false) == .none)
        return machine
    }

    @Test func inputGoesOnBeforeAndAfterAnswers() {
        var machine = machine()
        #expect(machine.wantsInput && machine.takesAnswers)
        #expect(machine.answer(answers, areLast: false) == .send(answers))
        #expect(!machine.wantsInput && !machine.takesAnswers && machine.isSending)
        #expect(machine.answer(answers, areLast: false) == .none)
        #expect(machine.sent(isFull: false) == .none)
        #expect(machine.wantsInput)
    }

    @Test func nothingIsSentWithoutAnAnswer() {
        var machine = machine()
        #expect(machine.answer([], areLast: false) == .none)
        #expect(machine.wantsInput)
    }

    @Test func answersAreSentWhileThePipelineIsFull() {
        var machine = machine()
        #expect(machine.becameFull() == .awaitSpace)
        #expect(machine.answer(answers, areLast: false) == .send(answers))
        #expect(machine.sent(isFull: true) == .awaitSpace)
        #expect(machine.state == .pausing)
        #expect(machine.hasSpace(isFull: false) == .none)
        #expect(machine.wantsInput)
    }

    @Test func afterTheLastAnswersThePeerEndsItsSide() {
        var machine = machine()
        #expect(machine.answer(answers, areLast: true) == .send(answers))
        #expect(machine.sent(isFull: false) == .finish)
        #expect(machine.isDraining)
        #expect(machine.inputClosed() == .close)
    }

    @Test func thePeersEndIsFollowedByAllAnswers() {
        var machine = machine()
        #expect(machine.inputClosed() == .awaitCommit)
        #expect(machine.awaitsLastAnswers && machine.inputEnded)
        #expect(machine.answer(answers, areLast: false) == .send(answers))
        #expect(machine.sent(isFull: false) == .none)
        #expect(machine.awaitsLastAnswers)
        #expect(machine.answer(answers, areLast: true) == .send(answers))
        #expect(machine.sent(isFull: false) == .close)
    }

    @Test func thePeersEndWithoutAnythingOwedClosesAtOnce() {
        var machine = machine()
        #expect(machine.inputClosed() == .awaitCommit)
        #expect(machine.answer([], areLast: true) == .close)
    }

    @Test func aBrokenStreamIsReset() {
        var machine = machine()
        #expect(machine.broken() == .reset)
        #expect(machine.answer(answers, areLast: false) == .none)
    }
}
