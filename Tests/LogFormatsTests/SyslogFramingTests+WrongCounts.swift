import LogFormats
import TestSupport
import Testing

extension SyslogFramingTests {
    private func miscounted(_ messages: [String], by surplus: (String) -> Int) -> [String] {
        frames(messages.map { "\($0.utf8.count + surplus($0)) \($0)" }.joined())
    }

    private static let counted = [
        "<11>1 - h1 app 1 - - first one", "<11>1 - h1 app 1 - - port 22", "<11>1 - h1 a 1 - - third",
    ]

    @Test func afterAWrongCountTheNextMessageIsFound() {
        #expect(miscounted(Self.counted) { _ in 0 } == Self.counted)
        // With the blank, and with all of the count; of the last message octets are missing then.
        for surplus in [1, 3] {
            let last = "\(Self.counted[2]) of \(Self.counted[2].utf8.count + surplus)"
            #expect(miscounted(Self.counted) { _ in surplus } == Self.counted[..<2] + [last])
        }
        // Too small: of characters.
        for missing in 1...6 {
            let all = ["<11>1 - h1 app 1 - - gr\u{FC}\u{DF}e", "<11>1 - h1 app 1 - - b", "<11>1 - h1 app 1 - - c"]
            #expect(miscounted(all) { $0 == all[0] ? -missing : 0 } == all)
        }
    }

    @Test func whatFollowsAWrongCountIsKept() {
        #expect(frames("5 <1>abcd\n<2>e\n") == ["<1>abcd", "<2>e"])
        #expect(frames("5 <1>abcd 12\0<2>e\n") == ["<1>abcd 12", "<2>e"])
        #expect(frames("5 <1>abcd") == ["<1>abcd"])
        #expect(frames("5 <1>ab<2>e\n") == ["<1>ab", "<2>e"])
    }

    @Test func aFrameTellsOfAWrongCount() {
        let stream = Array("6 <1>ab5 <2>cd5 <3>ef\n<4>and some more text\n".utf8)
        var framing = SyslogFraming(limit: 100)
        var index = 0
        var wrong: [Bool] = []
        while case .frame(let frame)? = framing.next(in: stream.span, from: &index) { wrong.append(frame.isMiscounted) }
        #expect(wrong == [true, false, false])
    }

    /// A message that ends with digits, before the digits of the next count, at every place where a receive may end.
    @Test func rightCountsStayRightWhateverArrivesWhen() {
        let messages = (0..<6).map { "<86>1 - h1 app 1 - - Accepted port 51514 seq=000001\($0)" }
        let stream = Array(messages.map { "\($0.utf8.count) \($0)" }.joined().utf8)
        for first in 0...stream.count {
            for second in first...min(first + 80, stream.count) {
                var framing = SyslogFraming(limit: 1 << 20)
                var run = FramingRun()
                for piece in [stream[..<first], stream[first..<second], stream[second...]] {
                    run.receive(Array(piece), in: &framing)
                    run.pause(&framing)
                }
                run.end(&framing)
                guard run.messages.map({ String(decoding: $0.content, as: UTF8.self) }) != messages else { continue }
                Issue.record("\(first) and \(second): \(run.messages)")
                return
            }
        }
    }

    @Test func digitsBeforeAMessageWithoutCountAreNoCountOnceCountsWereRight() {
        #expect(frames("5 <1>ab7 <1>x 5 <2>y\n") == ["<1>ab", "<1>x 5 ", "<2>y"])
    }
}
