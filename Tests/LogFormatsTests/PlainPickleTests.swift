import LogRecords
import TestSupport
import Testing

@testable import LogFormats

/// Pickles that are read without the machine become the records that it makes.
@Suite struct PlainPickleTests {
    /// All of a record, or why there is none.
    private func made(
        _ pickle: [UInt8],
        _ parser: inout PythonParser,
        _ selection: FieldSelection,
        limit: Int?
    ) -> String {
        let context = ReceiveContext(time: WallTime(seconds: 1, nanoseconds: 0), secondsFromUTC: 0)
        let frame = Frame(place: .input(0..<pickle.count), length: pickle.count, limit: limit)
        var record = LogRecord(nil, severity: .debug, time: context.time)
        record.selection = selection
        do throws(MessageError) {
            try parser.parse(pickle.span, into: &record, context.of(frame))
        } catch {
            return "\(error)"
        }
        return
            "\(record.message) \(record.severity) \(record.fields) \(record.bytes) \(String(describing: record.claimedTime))"
    }

    private func compare(_ pickle: [UInt8], _ parsers: inout (PythonParser, PythonParser)) {
        for (selection, limit) in [(FieldSelection.all, nil), ([], nil), (.key(.levelName), nil), (.all, 40)] {
            let plain = made(pickle, &parsers.0, selection, limit: limit)
            #expect(plain == made(pickle, &parsers.1, selection, limit: limit), "\(pickle)")
        }
    }

    private func parsers() -> (PythonParser, PythonParser) {
        var machine = PythonParser()
        machine.runsAll = true
        return (PythonParser(), machine)
    }

    private func isPlain(_ pickle: [UInt8]) -> Bool {
        var plain = PlainPickle()
        guard plain.begin(pickle.span) else { return false }
        while !plain.end(pickle.span) {
            guard plain.text(pickle.span) != nil, plain.value(pickle.span) != nil else { return false }
        }
        return true
    }

    private static let names = (0...5).flatMap { number in
        ["plain", "types", "objects", "failure", "stack"].map { "protocol\(number)-\($0)" }
    }

    @Test func recordsOfPythonsOwnHandlers() throws {
        var parsers = parsers()
        for name in Self.names + ["py27-protocol1-plain", "py27-protocol1-types", "py313-protocol4-types"] {
            for pickle in try PythonRecord.fixture(name) {
                compare(pickle, &parsers)
                if name.hasSuffix("plain"), !name.contains("protocol0") { #expect(isPlain(pickle), "\(name)") }
            }
        }
    }

    @Test func truncatedAndMutatedPickles() throws {
        var generator = SeededGenerator(seed: 31)
        var parsers = parsers()
        let fixtures = try Self.names.filter { $0.hasSuffix("plain") || $0.hasSuffix("stack") }
            .flatMap { try PythonRecord.fixture($0) }
        for pickle in fixtures {
            for count in 0..<pickle.count where count % 5 == 0 || count > pickle.count - 30 {
                compare(Array(pickle[..<count]), &parsers)
            }
        }
        var plainCount = 0
        for round in 0..<3000 {
            var pickle = fixtures[round % fixtures.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<pickle.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: pickle[place] = .random(in: 0...255, using: &generator)
                case 1: pickle.remove(at: place)
                default: pickle.insert(.random(in: 0...255, using: &generator), at: place)
                }
            }
            if isPlain(pickle) { plainCount += 1 }
            compare(pickle, &parsers)
        }
        #expect(plainCount > 200)
    }

    /// Dicts of random items, with all opcodes that need no machine and some that do.
    @Test func randomItems() {
        var generator = SeededGenerator(seed: 32)
        var parsers = parsers()
        let names = PythonAttribute.allCases.map { "\($0.text)" } + ["msg", "id", "order", "SYSLOG_PID", "x", ""]
        let values: [[UInt8]] = [
            [0x4E], [0x88], [0x89], [0x4B, 7], [0x4D, 0x34, 0x12], [0x4A, 1, 2, 3, 0xFF],
            [0x47, 64, 9, 33, 251, 1, 2, 3, 4],
            Array("L140438312766336L\n".utf8), Array("L-7L\n".utf8), Array("L7\n".utf8), Array("I42\n".utf8),
            Array("I01\n".utf8), Array("I007\n".utf8), Array("LL\n".utf8),
            Array("L1234567890123456789012345678901234567890L\n".utf8), [0x8A, 6, 1, 2, 3, 4, 5, 0x86], [0x8A, 0],
            [0x8A, 8, 1, 2, 3, 4, 5, 6, 7, 0x80], [0x8A, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0x29], [0x5D, 0x94],
            Array("X\u{4}\0\0\0textq\u{9}".utf8), [0x8C, 2, 0xC3, 0xA4, 0x94], Array("U\u{2}abq\u{1}".utf8),
            [0x8C, 2, 0xFF, 0x41], [0x8C, 1, 0x0A, 0x94], [0x8C, 0], Array("h\u{9}".utf8), [0x58, 255, 255, 255, 255],
        ]
        let begins: [[UInt8]] = [
            Array("}(".utf8), Array("}q\0(".utf8), [0x80, 2, 0x7D, 0x71, 0, 0x28], [0x80, 6, 0x7D, 0x94, 0x28],
            [0x80, 4, 0x95, 9, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x94, 0x28], [0x80, 4, 0x95] + Array(repeating: 9, count: 8),
        ]
        let ends = ["u.", "u.", "u.", "u.more", "u", ".", "us.", "u(u."].map { Array($0.utf8) }
        var plainCount = 0
        for _ in 0..<6000 {
            var pickle = begins[Int.random(in: 0..<begins.count, using: &generator)]
            for number in 0..<Int.random(in: 1...8, using: &generator) {
                let name = number == 0 ? "msg" : names[Int.random(in: 0..<names.count, using: &generator)]
                pickle += [0x8C, UInt8(name.utf8.count)] + Array(name.utf8)
                if Bool.random(using: &generator) { pickle += [0x94] }
                pickle += values[Int.random(in: 0..<values.count, using: &generator)]
            }
            pickle += ends[Int.random(in: 0..<ends.count, using: &generator)]
            if isPlain(pickle) { plainCount += 1 }
            compare(pickle, &parsers)
        }
        #expect(plainCount > 200)
    }

    /// Each attribute is found by its name, and by no other.
    @Test func names() {
        for attribute in PythonAttribute.allCases {
            let name = Array("\(attribute.text)".utf8)
            #expect(PythonAttribute(name.span) == attribute)
            for place in name.indices {
                var other = name
                other[place] ^= 1
                #expect(PythonAttribute(other.span) == nil)
                other.remove(at: place)
                #expect(PythonAttribute(other.span) == nil, "\(other)")
            }
        }
    }
}
