import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

/// Hostile pickles: nothing in them runs, and they cost no more than their bytes.
@Suite struct PickleHostileInputTests {
    private struct Attacks: Decodable {
        struct Attack: Decodable {
            let name: String
            let pickle: String
            let runs: Bool
        }

        let attacks: [Attack]
        let opcodes: [String: UInt8]
    }

    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/python")

    private static let hasPython = (try? python(["-c", "pass"])) != nil

    private static func python(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
        return data
    }

    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }

    @Test(.enabled(if: hasPython, "python3 is not installed: nothing says what the pickles would do there"))
    func nothingRunsThatPythonWouldRun() throws {
        let canary = FileManager.default.temporaryDirectory.appendingPathComponent("canary-\(UUID().uuidString)").path
        let script = Self.fixtures.appendingPathComponent("attacks.py").path
        let known = try JSONDecoder().decode(Attacks.self, from: try Self.python([script, canary]))
        #expect(known.attacks.count > 25)
        for attack in known.attacks {
            #expect(attack.runs, "\(attack.name) does no harm in Python either")
            let record = PythonRecord(bytes(attack.pickle))
            #expect(!FileManager.default.fileExists(atPath: canary), "\(attack.name)")
            #expect(record.failure == nil, "\(attack.name)")
            #expect(record.message == "survives", "\(attack.name)")
            #expect(record.extra["first"] == "data", "\(attack.name)")
            #expect(record.extra["attack"]?.hasPrefix("<") == true, "\(attack.name)")
            #expect(record.hasRaw, "\(attack.name)")
        }
        // All opcodes that Python knows are known here, and no other.
        #expect(known.opcodes.count == 68)
        for byte in UInt8.min...UInt8.max {
            let isUnknown = PythonRecord([byte]).failure?.contains("is unknown") == true
            #expect(isUnknown == !known.opcodes.values.contains(byte), "\(byte)")
        }
    }

    // MARK: whatever the bytes

    private func fixtures() throws -> [[UInt8]] {
        let names = (0...5).flatMap { ["protocol\($0)-types", "protocol\($0)-objects", "protocol\($0)-failure"] }
        return try (names + ["py27-protocol1-types"]).flatMap { try PythonRecord.fixture($0) }
    }

    /// The properties of the record of any pickle.
    private func check(_ pickle: [UInt8], _ parser: inout PythonParser) -> PythonRecord {
        let record = PythonRecord(pickle, &parser)
        if record.size > 12 * pickle.count + 2048 {
            Issue.record("\(record.size) bytes of \(pickle.count)")
        }
        for value in record.extra.values where value.hasPrefix("json ") {
            let json = Data(value.dropFirst(5).utf8)
            if (try? JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)) == nil {
                Issue.record("no JSON: \(value.prefix(200))")
            }
        }
        return record
    }

    @Test func everyTruncationFails() throws {
        var parser = PythonParser()
        for pickle in try fixtures() {
            for count in 0..<pickle.count where count < 200 || count % 7 == 0 || count > pickle.count - 50 {
                let reason = PythonRecord(Array(pickle[..<count]), &parser).failure
                #expect(reason == "the pickle ends early")
            }
            // Earlier pickles leave no trace.
            #expect(PythonRecord(pickle, &parser) == PythonRecord(pickle))
        }
    }

    @Test func mutatedAndRandomPickles() throws {
        var generator = SeededGenerator(seed: 5)
        var parser = PythonParser()
        let fixtures = try fixtures()
        var survivors = 0
        for round in 0..<6000 {
            var pickle = fixtures[round % fixtures.count]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<pickle.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: pickle[place] = .random(in: 0...255, using: &generator)
                case 1: pickle.remove(at: place)
                default: pickle.insert(.random(in: 0...255, using: &generator), at: place)
                }
            }
            if check(pickle, &parser).failure == nil { survivors += 1 }
        }
        #expect(survivors > 100)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...60, using: &generator)
            _ = check((0..<count).map { _ in .random(in: 0...255, using: &generator) }, &parser)
        }
    }

    /// Opcodes at random, with arguments that fit: programs that run far.
    @Test func randomProgramsOfValidOpcodes() {
        var generator = SeededGenerator(seed: 6)
        var parser = PythonParser()
        let parts: [[UInt8]] =
            [
                "(", ")", "]", "}", "0", "1", "2", "N", "K\u{5}", "U\u{2}ab", "a", "b", "d", "e", "l", "o", "s", "t",
                "u", "R",
                "cm\nn\n", "im\nn\n", "q\u{1}", "q\u{2}", "h\u{1}", "h\u{2}", "p9\n", "g9\n", "Vmsg\n", "I7\n", "L8L\n",
                "F1.5\n",
                "S'x'\n", "Pid\n", "Q", "r\u{1}\u{1}\u{1}\u{1}", "j\u{1}\u{1}\u{1}\u{1}",
            ].map { Array($0.utf8) }
            + (0x81...0x94).filter { ![0x82, 0x83, 0x84, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E].contains($0) }
            .map { [$0] } + [[0x82, 1], [0x8A, 1, 5], [0x8C, 1, 0x61], [0x97], [0x98]]
        var survivors = 0
        for _ in 0..<20_000 {
            // Values first, so that there is something on the stack.
            var pickle: [UInt8] = Array("}q\u{1}Vmsg\n]q\u{2}s(".utf8)
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                pickle += parts[Int.random(in: 0..<parts.count, using: &generator)]
            }
            if check(pickle + Array("h\u{1}.".utf8), &parser).failure == nil { survivors += 1 }
        }
        #expect(survivors > 1000)
    }

    // MARK: bombs

    private func parts(_ texts: String...) -> [UInt8] { texts.flatMap { Array($0.utf8) } }

    @Test func aBillionLaughs() {
        // Lists of ten times the list before, forty deep.
        var pickle = parts("}Vmsg\nVsurvives\nsVbomb\n]Vha\naq\u{0}")
        for level in 1...40 {
            pickle += parts("0](") + (0..<10).flatMap { _ in [UInt8(ascii: "h"), UInt8(level - 1)] } + parts("eq")
            pickle.append(UInt8(level))
        }
        pickle += parts("s.")
        var parser = PythonParser()
        let record = check(pickle, &parser)
        #expect(record.message == "survives")
        #expect(record.fault == "nested too deeply, or larger than the pickle: ... stands for the rest")
        #expect(record.hasRaw)
    }

    @Test func textThatIsNamedOverAndOver() {
        let long = String(repeating: "x", count: 100_000)
        var pickle = parts("}Vmsg\nVsurvives\nsV", long, "\nq\u{0}0(")
        for index in 0..<20_000 { pickle += parts("I\(index)\nh\u{0}") }
        var parser = PythonParser()
        let record = check(pickle + parts("u."), &parser)
        #expect(record.message == "survives")
        #expect(record.extra["0"] == long)
        #expect(record.extra["19999"] == "...")
        #expect(record.fault != nil && record.hasRaw)
    }

    @Test func listsAndDictsThatContainThemselves() {
        var parser = PythonParser()
        let list = check(parts("}Vmsg\nVx\nsVl\n]q\u{0}(h\u{0}h\u{0}h\u{0}es."), &parser)
        #expect(list.extra["l"]?.hasPrefix("json [[[[") == true)
        #expect(list.fault != nil)
        let dict = check(parts("}q\u{0}Vmsg\nh\u{0}s."), &parser)
        #expect(dict.message.hasPrefix("{\"msg\":{\"msg\":"))
        #expect(dict.fault != nil)
    }

    @Test func deepNesting() {
        var parser = PythonParser()
        let marks = Array(repeating: UInt8(ascii: "("), count: 500_000)
        #expect(check(marks, &parser).failure == "the pickle has more than 262144 values at a time")
        let lists = Array(repeating: UInt8(ascii: "]"), count: 500_000)
        #expect(check(lists, &parser).failure == "the pickle has more than 262144 values at a time")
        // 200,000 lists within each other.
        let nested = lists[..<200_000] + Array(repeating: UInt8(ascii: "a"), count: 199_999)
        let record = check(parts("}Vmsg\nVx\nsVdeep\n") + nested + parts("s."), &parser)
        #expect(
            record.extra["deep"] == "json " + String(repeating: "[", count: 32) + "\"...\""
                + String(repeating: "]", count: 32)
        )
        #expect(record.fault != nil)
        let tuples = Array(repeating: UInt8(0x85), count: 100_000)
        #expect(check(parts("}Vmsg\nVx\nsVdeep\nN") + tuples + parts("s."), &parser).message == "x")
    }

    @Test func largeNumbersAndIndexes() {
        var parser = PythonParser()
        let digits = Array(repeating: UInt8(ascii: "9"), count: 1 << 20)
        let decimal = check(parts("}Vmsg\nVx\nsVn\nL") + digits + parts("L\ns."), &parser)
        #expect(decimal.extra["n"]?.count == 1 << 20)
        let binary = check(
            parts("}Vmsg\nVx\nsVn\n") + [0x8B, 0, 0, 0x10, 0] + Array(repeating: 0x80, count: 1 << 20) + parts("s."),
            &parser
        )
        #expect(binary.extra["n"]?.hasPrefix("-0x7f7f7f7f") == true)
        #expect(binary.extra["n"]?.hasSuffix("7f80") == true)
        let memo = check(
            parts("}r") + [255, 255, 255, 255] + parts("Vmsg\nVx\np4000000000\nsj") + [255, 255, 255, 255, 0x2E],
            &parser
        )
        #expect(memo.message == "x")
        #expect(check(parts("p-1\n."), &parser).failure == "no number before byte 4")
        #expect(check([0x8B, 255, 255, 255, 127, 0], &parser).failure == "the pickle ends early")
        #expect(check([0x8D] + Array(repeating: 255, count: 8), &parser).failure == "the pickle ends early")
        #expect(check([0x95] + Array(repeating: 255, count: 8), &parser).failure == "the pickle ends early")
        #expect(
            check(Array(repeating: UInt8(ascii: "0"), count: 1 << 20), &parser).failure == "stack underflow at byte 1"
        )
    }

    @Test func namesThatAreMadeOverAndOver() {
        let long = String(repeating: "é", count: 10_000)
        var pickle = parts("}Vmsg\nVsurvives\nsVlast\nV", "x", "\nsVnames\n](X")
        pickle += [0x20, 0x4E, 0, 0] + parts(long, "q\u{0}0")
        for _ in 0..<50_000 { pickle += parts("h\u{0}h\u{0}") + [0x93] }
        var parser = PythonParser()
        let record = check(pickle + parts("es."), &parser)
        #expect(record.message == "survives")
        #expect(record.extra["names"]?.hasPrefix("json [\"<ééé") == true)
        #expect(record.hasRaw)
    }

    /// Eight times the bytes take about eight times the time, for each kind of bomb; the square of it would be 64 times.
    @Test func timeGrowsWithTheBytes() {
        let bombs: [(String, String, String)] = [
            ("}q\u{0}Vmsg\nVx\nsVl\n](", "h\u{0}", "es."), ("}Vmsg\nVx\nsVl\n", "2", "s."),
            ("}Vmsg\nVx\nsVl\nL", "7", "L\ns."), ("}Vmsg\nVx\nsVl\n](", "cab\nc\n", "es."),
            ("}Vmsg\nVx\nsVl\n](", "p7\n", "es."), ("}Vmsg\n(", "0(", "s."),
        ]
        for (head, body, tail) in bombs {
            func time(_ count: Int) -> Duration {
                let pickle = parts(head) + Array(repeatElement(Array(body.utf8), count: count).joined()) + parts(tail)
                var parser = PythonParser()
                let clock = ContinuousClock()
                return (0..<3).map { _ in clock.measure { _ = PythonRecord(pickle, &parser) } }.min() ?? .zero
            }
            let (small, large) = (time(5000), time(40_000))
            #expect(large < small * 32 + .milliseconds(50), "\(body): \(small) and \(large)")
        }
    }
}
