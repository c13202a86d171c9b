import LogFormats
import TestSupport
import Testing

@Suite struct SyslogFramingTests {
    typealias Message = FramingRun.Message

    func frames(_ text: String, limit: Int = 1000) -> [String] {
        FramingRun.of([Array(text.utf8)], SyslogFraming(limit: limit)).messages.map {
            String(decoding: $0.content, as: UTF8.self) + ($0.length == $0.content.count ? "" : " of \($0.length)")
        }
    }

    /// `MSG-LEN SP SYSLOG-MSG`, one after the other (RFC 6587, section 3.4.1).
    @Test func octetCounting() {
        #expect(frames("5 <1>ab6 <2>c\nd") == ["<1>ab", "<2>c\nd"])
        #expect(frames("1 <\n5 <1>ab\n") == ["<", "<1>ab"])
    }

    /// RFC 6587, section 3.4.2: usually LF, some CR LF, some NUL.
    @Test func endings() {
        #expect(frames("<1>a\n<2>b\r\n<3>c\0<4>d") == ["<1>a", "<2>b", "<3>c", "<4>d"])
        #expect(frames("a\nb\r\nc\0d") == ["a", "b", "c", "d"])
        #expect(frames("a\r\r\nb\r\0c\r") == ["a\r", "b\r", "c\r"])
    }

    @Test func framingsAreDistinguishedPerFrame() {
        #expect(
            frames("<1>a\n5 <2>bc<3>d\0text\n7 <4>\ne\nf\n6 <5>g\0\n<6>h\0")
                == ["<1>a", "<2>bc", "<3>d", "text", "<4>\ne\nf", "<5>g\0\n", "<6>h"]
        )
    }

    @Test func emptyFramesAreSkipped() {
        #expect(frames("\n\0\r\n\n<1>a\n\n\r\n<2>b\0\0\n\r\nc\n\n") == ["<1>a", "<2>b", "c"])
        #expect(frames("\n\0\r\n\n") == [])
        #expect(frames("") == [])
    }

    @Test func digitsThatAreNotACountAreText() {
        let all = [
            "0 <1>a", "01 <1>a", "5 a", "5  <1>a", "5<1>a", "5", "5 ", "12345678901 <1>a", "9999999999 <1>a",
            "16001 <1>a",
        ]
        for text in all {
            #expect(frames(text) == [text])
            #expect(frames(text + "\nx\n") == [text, "x"])
        }
    }

    @Test func linesThatEndWithNullAreOneMessage() {
        #expect(frames("<1>a\n  b\n\nc\0<2>d\0") == ["<1>a\n  b\n\nc", "<2>d"])
        #expect(frames("<1>a\n\0<2>b\n\0") == ["<1>a\n", "<2>b\n"])
        // The lines of another sender, whose messages end with a newline.
        #expect(frames("<1>a\nb\n\nc\n<2>d\n") == ["<1>a", "b", "c", "<2>d"])
        #expect(frames("<1>a\nb\n5 <2>cd\nx\0") == ["<1>a", "b", "<2>cd", "x"])
        #expect(frames("<1>a\r\nb\nc") == ["<1>a", "b", "c"])
        // Text without a priority ends with its line.
        #expect(frames("a\nb\0c\0") == ["a", "b", "c"])
        #expect(frames("<a\nb\0") == ["<a", "b"])
    }

    /// The lines of a stack trace, which rsyslog calls multiLine.
    @Test func linesThatBeginWithABlankBelongToTheMessageBefore() {
        #expect(frames("<1>a\n\tat b\n  c\n<2>d\n") == ["<1>a\n\tat b\n  c", "<2>d"])
        #expect(frames("<1>a\r\n\tat b\r\n<2>d\n") == ["<1>a\r\n\tat b", "<2>d"])
        #expect(frames("<1>a\n\tb\nc\n\td\n") == ["<1>a\n\tb", "c", "\td"])
        #expect(frames("<1>a\n\tb\0<2>c\n") == ["<1>a\n\tb", "<2>c"])
        // Text without a priority has none, and a line beyond the limit is a message of its own.
        #expect(frames("a\n\tb\n") == ["a", "\tb"])
        #expect(frames("<1>a\n\tbcd\n<2>e\n", limit: 8) == ["<1>a", "\tbcd", "<2>e"])
        var framing = SyslogFraming(limit: 100)
        var run = FramingRun()
        run.receive(Array("<1>a\n\tb\n".utf8), in: &framing)
        run.flushIdle(&framing)
        #expect(run.messages == [Message(Array("<1>a\n\tb".utf8))])
    }

    @Test func aByteOrderMarkBeforeAMessageIsSkipped() {
        #expect(frames("\u{FEFF}<1>a\n\u{FEFF}<2>b\n\u{FEFF}\u{FEFF}c\n") == ["<1>a", "<2>b", "c"])
        #expect(frames("\u{FEFF}5 <1>ab5 <2>cd") == ["<1>ab", "<2>cd"])
        #expect(frames("5 <1>ab\u{FEFF}<2>cd\n") == ["<1>ab", "<2>cd"])
        #expect(frames("<1>a\n\u{FEFF}x\0") == ["<1>a\n\u{FEFF}x"])
        #expect(frames("<1>a\u{FEFF}b\n") == ["<1>a\u{FEFF}b"])
    }

    @Test func aNullIsLookedForWithin64KiB() {
        for (count, isOne) in [(65_535, true), (65_536, false)] {
            let text = "<1>a\n" + String(repeating: "b", count: count)
            #expect(frames(text + "\0<2>c\0", limit: 1 << 20).count == (isOne ? 2 : 3))
        }
    }

    @Test func aPauseEndsAtNewlines() {
        var framing = SyslogFraming(limit: 100)
        var run = FramingRun()
        run.receive(Array("<1>a\n".utf8), in: &framing)
        #expect(run.messages == [])
        run.pause(&framing)
        #expect(run.messages == [], "before the first end of a message nothing is known")
        run.flushIdle(&framing)
        #expect(run.messages == [Message(Array("<1>a".utf8))])
        run.receive(Array("<2>b\nc\nd".utf8), in: &framing)
        run.pause(&framing)
        #expect(run.messages.dropFirst() == [Message(Array("<2>b".utf8)), Message(Array("c".utf8))])
        run.receive(Array("e\n".utf8), in: &framing)
        #expect(run.messages.last == Message(Array("de".utf8)))
        run.pause(&framing)
        run.flushIdle(&framing)
        run.end(&framing)
        #expect(run.messages.count == 4)
        #expect(framing.buffered.isEmpty)
    }

    /// Python's SysLogHandler: the network may stall for long within a traceback.
    @Test func whereAllHasEndedWithNullNoSilenceEndsAMessage() {
        var framing = SyslogFraming(limit: 100)
        var run = FramingRun()
        run.receive(Array("<1>a\0<2>b\n".utf8), in: &framing)
        for _ in 0..<3 {
            run.pause(&framing)
            run.flushIdle(&framing)
        }
        #expect(run.messages.count == 1)
        run.receive(Array("c\0<3>d\n".utf8), in: &framing)
        run.flushIdle(&framing)
        #expect(run.messages.dropFirst() == [Message(Array("<2>b\nc".utf8))])
        run.flushOverdue(&framing)
        #expect(run.messages.last == Message(Array("<3>d".utf8)))
        #expect(!framing.isWithinMessage)
    }

    /// The first message may be a traceback as well.
    @Test func whereNothingHasEndedSeveralLinesWait() {
        var framing = SyslogFraming(limit: 100)
        var run = FramingRun()
        run.receive(Array("<1>error\nTraceback:\n".utf8), in: &framing)
        run.pause(&framing)
        run.flushIdle(&framing)
        #expect(run.messages == [])
        run.receive(Array("  File\nValueError\0<2>b\n".utf8), in: &framing)
        #expect(run.messages == [Message(Array("<1>error\nTraceback:\n  File\nValueError".utf8))])
        // Lines without NUL: they are complete at the latest when they are overdue.
        var other = SyslogFraming(limit: 100)
        run = FramingRun()
        run.receive(Array("<1>a\nb\nc".utf8), in: &other)
        run.flushIdle(&other)
        #expect(run.messages == [])
        run.flushOverdue(&other)
        #expect(run.messages == [Message(Array("<1>a".utf8)), Message(Array("b".utf8))])
        #expect(other.isWithinMessage)
    }

    @Test func afterBothKindsOfEndsSilenceEndsAtNewlines() {
        var framing = SyslogFraming(limit: 100)
        var run = FramingRun()
        run.receive(Array("<0>z\n<1>a\0<3>d\n".utf8), in: &framing)
        run.pause(&framing)
        #expect(run.messages.count == 2)
        run.flushIdle(&framing)
        #expect(run.messages.last == Message(Array("<3>d".utf8)))
        // The last message ended with a newline.
        run.receive(Array("<4>e\n".utf8), in: &framing)
        run.pause(&framing)
        #expect(run.messages.last == Message(Array("<4>e".utf8)))
    }

    @Test func aPauseDoesNotEndWhatHasNoEnding() {
        for text in ["<1>a", "a", "5 <1>a", "12", "\r", "<"] {
            var framing = SyslogFraming(limit: 100)
            var run = FramingRun()
            run.receive(Array(text.utf8), in: &framing)
            run.pause(&framing)
            run.flushIdle(&framing)
            #expect(run.messages == [])
            run.end(&framing)
            #expect(run.messages.count == 1)
        }
    }

    @Test func longMessagesAreCutAndTheRestIsSkipped() {
        let long = String(repeating: "x", count: 200)
        #expect(frames("<1>\(long)\n<2>b\n", limit: 8) == ["<1>xxxxx of 203", "<2>b"])
        #expect(frames("\(long)\r\nb", limit: 8) == ["xxxxxxxx of 200", "b"])
        #expect(frames("\(long)\0b", limit: 8) == ["xxxxxxxx of 200", "b"])
        #expect(frames("\(long)", limit: 8) == ["xxxxxxxx of 200"])
        #expect(frames("100 <\(long)\n", limit: 8) == ["<xxxxxxx of 100", "xxxxxxxx of 101"])
        #expect(frames("129 <\(long)\n", limit: 8) == ["129 <xxx of 205"])
        #expect(frames("100 <1>a", limit: 8) == ["<1>a of 100"])
        #expect(frames("xxxxxxxx\nxxxxxxxx\r\nxxxxxxxxx\n", limit: 8) == ["xxxxxxxx", "xxxxxxxx", "xxxxxxxx of 9"])
    }

    @Test func memoryIsBoundedAndGivenBack() {
        var framing = SyslogFraming(limit: 1 << 20)
        var run = FramingRun()
        let piece = Array(repeating: UInt8(ascii: "x"), count: 5000)
        for _ in 0..<1000 { run.receive(piece, in: &framing) }
        run.receive([0], in: &framing)
        #expect(run.messages.map(\.length) == [5_000_000])
        #expect(run.messages.first?.content.count == 1 << 20)
        #expect(run.maxBuffered <= 1 << 20 + 16)
        run.receive(Array("<1>a\0".utf8), in: &framing)
        #expect(framing.buffered.capacity == 0)
    }

    // MARK: the same frames however the stream is split

    private static let streams = [
        "<1>a\n5 <2>bc<3>d\0text\r\n7 <4>\ne\nf\n\r\n\0\0<5>g\n\th\n\ni\0<6>j\nk\n<7>l\r\n\r",
        "12 <123456789ab<34>Oct 11 22:14:15 mymachine su: x\n99 <cut",
        "<1>longer than the limit\nb\n<2>also longer\r\n40 <3>longer as well, by its count, here\n<4>\na\nb\nc\n\0<5>\n",
        "\u{FEFF}<1>a\n b\n\tc\nd\n\u{FEFF}7 <2>bcd6 <3>ef 5 <4>gx9 <5>h\n<6>i\n jkl\n",
        "\r\r\n<\n<1\n1\n12 \n12 x\n12345678901 <1>\n<1>x\n1 \n<1>x\n1 <y<1>x\r\n1",
    ]

    @Test(arguments: streams, [3, 8, 17, 1000])
    func everySplit(stream: String, limit: Int) {
        let bytes = Array(stream.utf8)
        let framing = SyslogFraming(limit: limit)
        let expected = SyslogFramingReference.messages(of: bytes, limit: limit)
        #expect(FramingRun.of([bytes], framing).messages == expected)
        #expect(FramingRun.of(bytes.map { [$0] }, framing).messages == expected)
        for first in 0...bytes.count {
            let pieces = [Array(bytes[..<first]), Array(bytes[first...])]
            #expect(FramingRun.of(pieces, framing).messages == expected)
            let truncated = Array(bytes[..<first])
            let ofTruncated = SyslogFramingReference.messages(of: truncated, limit: limit)
            #expect(FramingRun.of([truncated], framing).messages == ofTruncated)
            #expect(FramingRun.of(truncated.map { [$0] }, framing).messages == ofTruncated)
        }
    }

    @Test func randomStreamsInRandomPieces() {
        var generator = SeededGenerator(seed: 3)
        let words = [
            "\n", "\0", "\r", "\r\n", "<1>", "<", "12 <", "5 <", "3", "0", " ", "a", "bcd", "<1>x\n", "y\n",
            "\t", "\u{FEFF}", "7 <1>abcd", "40 <1>", "<1>a\n b\n", "12 <1>",
        ]
        for _ in 0..<12_000 {
            let limit = Int.random(in: 1...(Bool.random(using: &generator) ? 30 : 120), using: &generator)
            var stream: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                stream += Array((words.randomElement(using: &generator) ?? "").utf8)
            }
            var pieces: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...12, using: &generator))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            let run = FramingRun.of(pieces, SyslogFraming(limit: limit))
            let expected = SyslogFramingReference.messages(of: stream, limit: limit)
            guard run.messages != expected || run.maxBuffered > limit + 16 else { continue }
            Issue.record(
                "\(pieces.map { String(decoding: $0, as: UTF8.self) }), limit \(limit): \(run) not \(expected)"
            )
            return
        }
    }

    /// Pauses may end messages elsewhere, but lose nothing and hold nothing back.
    @Test func pausesLoseNothing() {
        var generator = SeededGenerator(seed: 4)
        let words = ["\n", "\0", "<1>", "a", "bcd", "<1>x\n", "y\n"]
        for _ in 0..<4000 {
            var framing = SyslogFraming(limit: 1000)
            var run = FramingRun()
            var stream: [UInt8] = []
            for _ in 0..<20 {
                let piece = Array((words.randomElement(using: &generator) ?? "").utf8)
                stream += piece
                run.receive(piece, in: &framing)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: run.pause(&framing)
                case 1: run.flushIdle(&framing)
                default: break
                }
            }
            run.end(&framing)
            let isEnding = { (byte: UInt8) in byte == 0 || byte == UInt8(ascii: "\n") }
            #expect(run.messages.flatMap(\.content).filter { !isEnding($0) } == stream.filter { !isEnding($0) })
        }
    }

    @Test(
        arguments: [
            "\n", "\0", "\r", "\r\n", "[", "<", "<1>", "<1>\n", "<1>a\nb\n", "<1>a\nb\0", "1", "1 ", "1 <", "9 <\n",
            "a\n", "\u{FEFF}", "<1>\n ", "<1>\n\t\n", "4 <1>x", "3 <1>9", "1 <1>",
            "<1>a\n1 \n", "<1>\n<",
        ]
    )
    func aMebibyteOfIt(text: String) {
        let stream = Array(String(repeating: text, count: (1 << 20) / text.utf8.count).utf8)
        let whole = FramingRun.of([stream], SyslogFraming(limit: 1 << 20)).messages
        let pieces = stride(from: 0, to: stream.count, by: 1000).map {
            Array(stream[$0..<min($0 + 1000, stream.count)])
        }
        let inPieces = FramingRun.of(pieces, SyslogFraming(limit: 1 << 20)).messages
        #expect(whole == inPieces)
        let small = FramingRun.of(pieces, SyslogFraming(limit: 5000))
        #expect(small.maxBuffered <= 5016)
        #expect(small.messages.map(\.length).reduce(0, +) <= stream.count + 10)
    }
}
