import LogFormats
import LogRecords
import TestSupport
import Testing

/// What a framing says about the bytes of a message, which parsers believe.
@Suite struct PlainFrameTests {
    private func frames(
        of text: [UInt8],
        cutAt cut: Int,
        by framing: any Framing = SyslogFraming(limit: 1 << 16)
    ) -> [(isPlain: Bool, bytes: [UInt8])] {
        var framing = framing
        var frames: [(isPlain: Bool, bytes: [UInt8])] = []
        func take(_ event: FramingEvent?, _ input: [UInt8]) -> Bool {
            guard case .frame(let frame)? = event else { return false }
            switch frame.place {
            case .input(let range): frames.append((frame.isPlain, Array(input[range])))
            case .buffered(let range): frames.append((frame.isPlain, Array(framing.buffered[range])))
            }
            return true
        }
        for input in [Array(text[..<cut]), Array(text[cut...])] {
            var index = 0
            while take(framing.next(in: input.span, from: &index), input) {}
        }
        while take(framing.end(), []) {}
        return frames
    }

    @Test func aMessageOfPrintableASCIIIsPlain() {
        let text = Array("<30>1 - - - - - - a\n<30>1 - - - - - - b\r\nno priority\n<30>last\0<30>x\n".utf8)
        #expect(frames(of: text, cutAt: 0).dropLast().map(\.isPlain) == [true, true, true, true])
    }

    @Test func countedMessagesAndDatagramsArePlain() {
        let text = Array("5 <1> a5 <1>\u{7F}b5 <1> c5 <1>\td5 <1> e5 <1> f".utf8)
        #expect(frames(of: text, cutAt: 0).dropLast().map(\.isPlain) == [true, false, true, false, true])
        var framing = SyslogParser.makeDatagramFraming(limit: 6)
        let origin = Origin(protocolName: "syslog", listener: "syslog", peer: nil, connection: nil)
        for (text, isPlain) in [("<1> a", true), ("<1>\ta", false), ("<1> ab\n", true), ("\n", false)] {
            let datagram = Array(text.utf8)
            let frame = try? framing.frame(of: datagram.span, length: datagram.count, from: origin, at: 0)
            #expect(frame?.isPlain == isPlain, "\(text)")
        }
    }

    @Test(arguments: [LogFormat.json, .gelf])
    func aLineOfPrintableASCIIIsPlain(_ format: LogFormat) {
        let framing = format.parserType.makeFraming(limit: 1 << 16)
        let text = Array("{\"a\": 1}\n{\"a\": \"\u{7f}\"}\n{\"b\": 2}\r\n{\"b\": 3}\0{\"b\": 4}\n".utf8)
        #expect(frames(of: text, cutAt: 0, by: framing).map(\.isPlain) == [true, false, true, true, true])
    }

    @Test(arguments: LogFormat.allCases.filter { $0 != .python })
    func onlyPrintableASCIIIsPlain(_ format: LogFormat) {
        var random = SeededGenerator(seed: 11)
        let parts: [[UInt8]] = [
            Array("<30>1 2026-11-23T09:15:07Z host app 1 - - text".utf8), Array("\n".utf8), Array("\r\n".utf8), [0],
            Array(" at line 2".utf8), [0xC3, 0xA4], [0x7F], [0x1B], [9], Array("12 <30>counted!".utf8), [0x80],
            Array("{\"message\": \"text\"}".utf8),
            Array(repeating: UInt8(ascii: "x"), count: 100),
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 1..<8, using: &random)).flatMap { _ in
                parts[Int.random(in: 0..<parts.count, using: &random)]
            }
            let cut = Int.random(in: 0...text.count, using: &random)
            let framing = format.parserType.makeFraming(limit: 1 << 16)
            for frame in frames(of: text, cutAt: cut, by: framing) where frame.isPlain {
                #expect(frame.bytes.allSatisfy { (0x20..<0x7F).contains($0) }, "\(text)")
            }
        }
    }

    /// Times of the same second as the last one are not read again: they come out the same.
    @Test func timesAreReadAsByTheGeneralReader() throws {
        var known = SyslogParser()
        let times = [
            "2026-11-23T09:15:07.123456+01:00", "2026-11-23T09:15:07Z", "2026-11-23T09:15:07.9-00:30",
            "2026-11-23T09:15:08.1Z", "2026-02-29T09:15:07Z", "2026-11-23T09:15:07", "2026-11-23T09:15:60.5Z",
            "2026-11-23T09:15:07.Z", "2026-11-23T09:15:07.1234567891Z", "0000-01-01T00:00:00+23:59", "-",
            "2026-11-23T09:15:07+0100", "2026-11-23t09:15:07z", "2026-11-23T09:15:0",
        ]
        let context = ReceiveContext(time: WallTime(seconds: 1_795_424_400, nanoseconds: 0), secondsFromUTC: 3600)
        for time in times + times.reversed() {
            for data in ["-", "[a b=\"1\"]", "[a b=\"1\"][c]", "[a b=\"\\\"\"]", "[a b=\"1\"", "[a}b c=\"]\"]"] {
                let text = Array("<30>1 \(time) host app 1 id \(data) text".utf8)
                let frame = Frame(place: .input(0..<text.count), length: text.count, isPlain: true)
                var fresh = SyslogParser()
                var records = (LogRecord(nil, severity: .debug), LogRecord(nil, severity: .debug))
                for selection in [FieldSelection.all, []] {
                    records.0.selection = selection
                    records.1.selection = selection
                    for _ in 0..<2 {
                        records.0.begin(nil, severity: .debug, time: context.time, origin: nil)
                        known.parse(text.span, into: &records.0, context.of(frame))
                    }
                    records.1.begin(nil, severity: .debug, time: context.time, origin: nil)
                    fresh.parse(text.span, into: &records.1, context)
                    #expect(records.0.message == records.1.message)
                    #expect(records.0.claimedTime == records.1.claimedTime)
                    #expect(records.0.fields.map { "\($0)" } == records.1.fields.map { "\($0)" })
                    #expect(records.0.bytes == records.1.bytes)
                }
            }
        }
    }

    /// The parsers of JSON make the same records of a plain message, whether it is known to be plain or not.
    @Test(arguments: [LogFormat.json, .gelf])
    func plainObjectsAreReadAsAny(_ format: LogFormat) throws {
        let context = ReceiveContext(time: WallTime(seconds: 1_795_424_400, nanoseconds: 0), secondsFromUTC: 3600)
        let values = ["\"text\"", "\"\"", "\"two\\nlines\"", "7", "\"\\ud800\"", "[104, 105]", "null"]
        let names = ["message", "MESSAGE", "log", "short_message", "full_message"]
        for (first, second) in names.flatMap({ name in names.map { (name, $0) } }) {
            for (value, other) in values.flatMap({ value in values.map { (value, $0) } }) {
                let text = Array("{\"\(first)\": \(value), \"\(second)\": \(other)}".utf8)
                let frame = Frame(place: .input(0..<text.count), length: text.count, isPlain: true)
                var records = (LogRecord(nil, severity: .debug), LogRecord(nil, severity: .debug))
                var parsers = (format.parserType.init(), format.parserType.init())
                records.0.begin(nil, severity: .debug, time: context.time, origin: nil)
                records.1.begin(nil, severity: .debug, time: context.time, origin: nil)
                try parsers.0.parse(text.span, into: &records.0, context.of(frame))
                try parsers.1.parse(text.span, into: &records.1, context)
                #expect(records.0.message == records.1.message)
                #expect(records.0.fields.map { "\($0)" } == records.1.fields.map { "\($0)" })
                #expect(records.0.bytes == records.1.bytes)
                if records.0.hasPlainMessage {
                    #expect(records.0.message.allSatisfy { (0x20..<0x7F).contains($0) }, "\(text)")
                }
            }
        }
    }
}
