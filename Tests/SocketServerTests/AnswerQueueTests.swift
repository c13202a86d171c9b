import LogFormats
import TestSupport
import Testing

@testable import SocketServer

@Suite struct AnswerQueueTests {
    /// Answers to the messages of a session, with numbers from 2 on.
    private func answers(_ count: Int) -> [RELPAnswer] {
        let offers = "relp_version=0\ncommands=syslog"
        let frames = (0..<count).map { "\($0 + 2) syslog 1 x\n" }.joined()
        let stream = Array("1 open \(offers.utf8.count) \(offers)\n\(frames)".utf8)
        var session = RELPSession(limit: 100)
        var index = 0
        var answers: [RELPAnswer] = []
        while let event = session.next(in: stream.span, from: &index) {
            if case .message(_, let answer) = event { answers.append(answer) }
        }
        return answers
    }

    private func text(_ numbers: some Sequence<Int>) -> String {
        numbers.map { "\($0) rsp 6 200 OK\n" }.joined()
    }

    @Test func answersComeWhenTheirPositionIsSettledAndNotBefore() {
        var queue = AnswerQueue()
        for (answer, position) in zip(answers(4), [5, 5, 7, 9] as [UInt64]) { queue.add(answer, after: position) }
        var output: [UInt8] = []
        for (settled, count) in [(4, 4), (5, 2), (6, 2), (8, 1), (9, 0)] as [(UInt64, Int)] {
            #expect(!queue.takeDue(through: settled, into: &output))
            #expect(queue.count == count)
        }
        #expect(String(decoding: output, as: UTF8.self) == text(2...5))
    }

    @Test func manyAreTakenInOrderWhateverTheSteps() {
        var generator = SeededGenerator(seed: 1)
        let answers = answers(20_000)
        var queue = AnswerQueue()
        var output: [UInt8] = []
        var (added, settled) = (0, 0)
        while settled < answers.count {
            for _ in 0..<Int.random(in: 0...3000, using: &generator) where added < answers.count {
                queue.add(answers[added], after: UInt64(added))
                added += 1
            }
            settled = Int.random(in: settled...added, using: &generator)
            if settled > 0 { _ = queue.takeDue(through: UInt64(settled - 1), into: &output) }
            #expect(queue.count == added - settled)
        }
        #expect(String(decoding: output, as: UTF8.self) == text(2...20_001))
    }
}
