import LogFormats
import TestSupport
import Testing

/// The same frames however the stream is split.
extension SyslogFramingTests {
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
