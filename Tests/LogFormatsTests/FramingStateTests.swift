import TestSupport
import Testing

@testable import LogFormats

/// A stream that one framing begins and another one, made from its state, goes on with.
@Suite struct FramingStateTests {
    private static let limit = 64

    /// A framing of each kind, with pieces that its streams are made of.
    private struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (Int) -> any Framing
        let pieces: [[UInt8]]
    }

    private static func pickle(_ length: Int, _ sent: Int? = nil) -> [UInt8] {
        let size = UInt32(length)
        return (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32($0))) }
            + [UInt8](repeating: 0x2E, count: sent ?? length)
    }

    private static let texts = [
        "<13>one\n", "<13>two\r\n", "<14>Traceback:\n  in f\nError: x\0", "11 <15>counted", "9 <15>wrong count\n",
        "\n\0",
        "plain text\n", "<13>" + String(repeating: "long ", count: 30) + "\n",
        "200 <15>" + String(repeating: "c", count: 196), String(repeating: "no end ", count: 40) + "\r\n",
        "\u{FEFF}<13>x\n",
    ].map { Array($0.utf8) }

    private static let objects = [
        "{\"a\":1}\0", "{\"a\":\"}\\\"\"}\n", "{\n \"b\": [1, {}]\n}\n", "\n\n", "text\0",
        "{\"c\":\"" + String(repeating: "x\n", count: 60) + "\"}\n",
    ].map { Array($0.utf8) }

    private static let kinds = [
        Kind(
            testDescription: "length",
            make: { LengthFraming(limit: $0) },
            pieces: [
                pickle(1), pickle(30), pickle(64), pickle(900), pickle(1024), pickle(1025), pickle(1300), pickle(0),
            ]
        ),
        Kind(testDescription: "lines", make: { LineFraming(limit: $0, endings: .newlineOrNull) }, pieces: texts),
        Kind(testDescription: "objects", make: { LineFraming(limit: $0, endings: .nullOrObject) }, pieces: objects),
        Kind(testDescription: "syslog", make: { SyslogFraming(limit: $0) }, pieces: texts),
    ]

    private func run(_ parts: [[UInt8]], _ framing: any Framing) -> FramingRun {
        FramingRun.of(parts, framing)
    }

    /// What comes of a stream whose framing is replaced after its first bytes, by one with that limit.
    private func messages(_ kind: Kind, _ start: [UInt8], _ rest: [UInt8], thenLimit limit: Int) throws -> FramingRun? {
        var run = FramingRun()
        func begin(_ framing: some Framing) -> FramingState? {
            var framing = framing
            run.receive(start, in: &framing)
            return framing.suspend()
        }
        let first = kind.make(Self.limit)
        let begun = begin(first)
        let state = try #require(begun)
        func goOn(_ framing: some Framing) -> Bool {
            var framing = framing
            guard framing.resume(from: state) else { return false }
            if limit == Self.limit { #expect(framing.suspend() == state) }
            run.receive(rest, in: &framing)
            run.end(&framing)
            return true
        }
        let second = kind.make(limit)
        return goOn(second) ? run : nil
    }

    @Test(arguments: kinds) private func goesOnAtEveryByte(_ kind: Kind) throws {
        let stream = kind.pieces.flatMap { $0 }
        let expected = run([stream], kind.make(Self.limit))
        for split in 0...stream.count {
            let (first, rest) = (Array(stream[..<split]), Array(stream[split...]))
            let found = try messages(kind, first, rest, thenLimit: Self.limit)
            #expect(found?.messages == expected.messages, "replaced after \(split) bytes")
        }
    }

    @Test(arguments: kinds) private func goesOnInStreamsMadeAtRandom(_ kind: Kind) throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<600 {
            var stream = (0..<6).flatMap { _ in kind.pieces.randomElement(using: &random) ?? [] }
            if Bool.random(using: &random), !stream.isEmpty {
                stream[Int.random(in: 0..<stream.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let split = Int.random(in: 0...stream.count, using: &random)
            let (first, rest) = (Array(stream[..<split]), Array(stream[split...]))
            // A stream of lengths may make no sense from a place on.
            guard suspends(kind.make(Self.limit), after: first) else { continue }
            let found = try messages(kind, first, rest, thenLimit: Self.limit)
            #expect(found?.messages == run([stream], kind.make(Self.limit)).messages, "\(stream) at \(split)")
        }
    }

    private func suspends(_ framing: some Framing, after bytes: [UInt8]) -> Bool {
        var framing = framing
        var run = FramingRun()
        run.receive(bytes, in: &framing)
        return framing.suspend() != nil
    }

    /// With another `message_limit`, a message that is whole so far is cut as the new one says.
    @Test(arguments: kinds, [1, 16, 63, 65, 4096]) private func otherLimitsAreFollowed(_ kind: Kind, limit: Int) throws
    {
        let stream = kind.pieces.flatMap { $0 }
        for split in 0...stream.count {
            let found = try messages(kind, Array(stream[..<split]), Array(stream[split...]), thenLimit: limit)
            guard let found else {
                #expect(limit > Self.limit, "refused after \(split) bytes")
                continue
            }
            // Pickles are read up to 16 times the limit.
            let most = kind.testDescription == "length" ? 16 * max(limit, Self.limit) : max(limit, Self.limit)
            #expect(found.messages.allSatisfy { $0.content.count <= most && $0.content.count <= $0.length })
        }
    }

    @Test func aStreamThatMakesNoSenseHasNoState() {
        var framing = LengthFraming(limit: 64)
        var run = FramingRun()
        run.receive(Array("GET / HTTP/1.1\r\n".utf8), in: &framing)
        #expect(framing.suspend() == nil)
    }

    /// Whatever the state says: it is refused, or the framing goes on without a trap.
    @Test(arguments: kinds) private func noStateTraps(_ kind: Kind) {
        var random = SeededGenerator(seed: 5)
        let values = [Int.min, -2, -1, 0, 1, 2, 3, 4, 63, 64, 65, 255, 256, 1024, 1025, 1 << 26, 1 << 32, Int.max]
        func use(_ framing: some Framing, _ state: FramingState) -> Bool {
            var framing = framing
            guard framing.resume(from: state) else { return false }
            var run = FramingRun()
            run.receive((0..<200).map { _ in UInt8.random(in: 0...127, using: &random) }, in: &framing)
            run.pause(&framing)
            run.flushIdle(&framing)
            run.end(&framing)
            return true
        }
        var accepted = 0
        for _ in 0..<4000 {
            let numbers = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                values.randomElement(using: &random) ?? 0
            }
            let count = [0, 0, 1, 64, 70, 255].randomElement(using: &random) ?? 0
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            if use(kind.make(Self.limit), FramingState(bytes: bytes, numbers: numbers)) { accepted += 1 }
        }
        #expect(accepted > 0)
    }
}
