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
}
