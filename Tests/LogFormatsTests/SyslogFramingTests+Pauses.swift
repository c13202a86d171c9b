import LogFormats
import Testing

/// Where a message ends when nothing follows for now.
extension SyslogFramingTests {
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

    @Test func aPauseEndsACountedMessageWhateverCameBefore() {
        for before in ["", "<1>a\0", "<1>a\n"] {
            var framing = SyslogFraming(limit: 100)
            var run = FramingRun()
            run.receive(Array("\(before)8 <2>b\nc d".utf8), in: &framing)
            run.pause(&framing)
            #expect(run.messages.last == Message(Array("<2>b\nc d".utf8)))
        }
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
}
