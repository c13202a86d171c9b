import TestSupport
import Testing

@testable import LogFormats

/// Streams whose bytes are peeked at: what is not complete is left, and comes again with more after it.
@Suite struct PeekedFramingTests {
    private static let limit = 64

    /// A framing of each kind, with pieces that its streams are made of.
    private struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable () -> any Framing
        let pieces: [[UInt8]]
    }

    private static func pickle(_ length: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
            + [UInt8](repeating: 0x2E, count: Int(length))
    }

    private static func bytes(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let long = String(repeating: "long ", count: 30)

    private static let kinds = [
        Kind(
            testDescription: "length",
            make: { LengthFraming(limit: limit) },
            pieces: [pickle(1), pickle(30), pickle(64), pickle(900), pickle(1300), pickle(0)]
        ),
        Kind(
            testDescription: "lines",
            make: { LineFraming(limit: limit, endings: .newlineOrNull) },
            pieces: bytes("one\n", "two\r\n", "\n\0", "three\0", "\(long)\r\n")
        ),
        Kind(
            testDescription: "objects",
            make: { LineFraming(limit: limit, endings: .nullOrObject) },
            pieces: bytes(
                "{\"a\":1}\0",
                "{\"a\":\"}\\\"\"}\n",
                "{\n \"b\": [1, {}]\n}\n",
                "\n\n",
                "text\0",
                "\(long)\0"
            )
        ),
        Kind(
            testDescription: "syslog",
            make: { SyslogFraming(limit: limit) },
            pieces: bytes(
                "<13>one\n",
                "<13>two\r\n",
                "<14>Traceback:\n  in f\nError: x\0",
                "11 <15>counted",
                "9 <15>wrong count\n",
                "\n\0",
                "plain text\n",
                "<13>\(long)\n",
                "200 <15>" + String(repeating: "c", count: 196),
                "\u{FEFF}<13>x\n"
            )
        ),
    ]

    /// What one look brings, from the place that is moved on by what it takes.
    private func look(
        _ stream: [UInt8],
        _ taken: inout Int,
        upTo end: Int,
        _ framing: inout some Framing,
        _ run: inout FramingRun,
        maxLeft: Int = .max,
        _ closing: PeekClosing = .nothing
    ) {
        let input = Array(stream[taken..<end])
        var index = 0
        while let event = framing.nextPeeked(in: input.span, from: &index, maxLeft: maxLeft, closing) {
            run.take(event, of: input, framing)
        }
        taken += index
    }

    /// The messages of a stream that comes in pieces, each of which is looked at with all that was left.
    private func messages(
        _ stream: [UInt8],
        until ends: [Int],
        maxLeft: Int = .max,
        _ framing: some Framing
    ) -> FramingRun {
        var (framing, run, taken) = (framing, FramingRun(), 0)
        for end in ends {
            look(stream, &taken, upTo: end, &framing, &run, maxLeft: maxLeft)
            if maxLeft == .max { #expect(framing.buffered.isEmpty, "nothing is held") }
            #expect(maxLeft > 0 || taken == end, "nothing may be left")
        }
        run.receive(Array(stream[taken...]), in: &framing)
        run.end(&framing)
        return run
    }

    private func plain(_ stream: [UInt8], _ framing: some Framing) -> FramingRun { FramingRun.of([stream], framing) }

    @Test(arguments: kinds) private func everySplitGivesTheSameMessages(_ kind: Kind) {
        let stream = kind.pieces.flatMap { $0 }
        let expected = plain(stream, kind.make()).messages
        #expect(messages(stream, until: Array(0...stream.count), kind.make()).messages == expected, "byte by byte")
        for split in 0...stream.count {
            #expect(messages(stream, until: [split], kind.make()).messages == expected, "after \(split) bytes")
        }
    }

    /// Also where some of it is held, because too much would be left.
    @Test(arguments: kinds, [0, 1, 10, 100, Int.max]) private func streamsAtRandom(_ kind: Kind, maxLeft: Int) {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            var stream = (0..<6).flatMap { _ in kind.pieces.randomElement(using: &random) ?? [] }
            if Bool.random(using: &random), !stream.isEmpty {
                stream[Int.random(in: 0..<stream.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let ends = (0..<8).map { _ in Int.random(in: 0...stream.count, using: &random) }.sorted()
            let expected = plain(stream, kind.make()).messages
            #expect(
                messages(stream, until: ends, maxLeft: maxLeft, kind.make()).messages == expected,
                "\(stream) until \(ends)"
            )
        }
    }

    /// What is complete is taken, and of the rest nothing, until it is too long to be left.
    @Test func onlyWhatIsCompleteIsTaken() {
        let stream = Array("one\ntwo\nthree".utf8)
        var (framing, run, taken) = (LineFraming(limit: 64, endings: .newlineOrNull), FramingRun(), 0)
        look(stream, &taken, upTo: 13, &framing, &run, maxLeft: 5)
        #expect(taken == 8 && run.messages.count == 2 && !framing.isWithinMessage)
        look(stream, &taken, upTo: 13, &framing, &run, maxLeft: 4)
        #expect(taken == 13 && run.messages.count == 2 && framing.isWithinMessage)
        look(stream + [0x0A], &taken, upTo: 14, &framing, &run, maxLeft: 4)
        #expect(taken == 14 && run.messages.last == FramingRun.Message(Array("three".utf8)))
    }

    /// A line that a pause or a silence ends is taken then, and not before.
    @Test func aPauseEndsWhatLooksComplete() {
        let stream = Array("<14>one\n<14>two\n".utf8)
        var (framing, run, taken) = (SyslogFraming(limit: 64), FramingRun(), 0)
        look(stream, &taken, upTo: 8, &framing, &run, .pause)
        #expect(taken == 0, "it may go on")
        look(stream, &taken, upTo: 8, &framing, &run, .silence)
        #expect(taken == 8 && run.messages.count == 1)
        look(stream, &taken, upTo: 16, &framing, &run, .nothing)
        #expect(taken == 8)
        look(stream, &taken, upTo: 16, &framing, &run, .pause)
        #expect(taken == 16 && run.messages.count == 2 && !framing.isWithinMessage)
    }

    /// The rest of a message that is skipped needs no memory.
    @Test func whatIsSkippedIsTaken() {
        var (framing, run, taken) = (LengthFraming(limit: 1), FramingRun(), 0)
        let stream = Self.pickle(5000) + Self.pickle(1)
        look(stream, &taken, upTo: 3000, &framing, &run)
        #expect(taken == 3000 && framing.buffered.isEmpty)
        look(stream, &taken, upTo: stream.count, &framing, &run)
        #expect(taken == stream.count && run.messages.last?.content == [0x2E])
    }
}
