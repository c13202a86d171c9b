import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

/// Any bytes become a record that every output can write, in bounded time and space.
@Suite struct JSONHostileInputTests {
    private static let seeds = [
        #"{"timestamp":"2026-11-23T09:43:10.955657Z","level":"INFO+2","message":"a \ud83d\ude00 b\n\"c\"","n":-1.5e+3}"#,
        #"{ "log" : { "level":"warn", "origin":{"file":{"line":32,"name":"ü.py"}},"x":[1,{"y":[]}] }, "pid": 7 }"#,
        #"{"MESSAGE":[99,97,102,233],"PRIORITY":"5","SYSLOG_FACILITY":"3","__REALTIME_TIMESTAMP":"1795427374000003"}"#,
        #"{"record":{"level":{"name":"X","no":25},"time":{"timestamp":1.5}},"text":"t\n","k":null,"k":true,"":false}"#,
        #"{"time":{"seconds":1700000000,"nanos":5},"level":30,"caller":"a/b.go:42","stack":"a\nb","msg":"\u0000\u007f"}"#,
    ]

    /// The properties that every output relies on.
    private func isSound(_ text: [UInt8], _ parser: inout JSONParser) -> Bool {
        let record = ParsedJSON(text, parser: &parser).record
        guard String(validating: record.message, as: UTF8.self) != nil else { return false }
        // Six bytes for one is the most: an escaped control character in nested JSON text.
        guard record.message.count <= 6 * text.count + 2, record.bytes.count <= 8 * text.count + 4096 else {
            return false
        }
        return record.fields.allSatisfy { field in
            var ranges: [Range<Int>] = []
            if case .extra(let name) = field.name { ranges.append(name) }
            switch field.value {
            case .integer: break
            case .bytes(let range): ranges.append(range)
            case .json(let range):
                ranges.append(range)
                guard range.clamped(to: record.bytes.indices) == range, isJSON(record.bytes[range]) else {
                    return false
                }
            }
            return ranges.allSatisfy { $0.clamped(to: record.bytes.indices) == $0 }
        }
    }

    /// Whether it is one JSON value on one line, in UTF-8, that a terminal can show.
    private func isJSON(_ value: ArraySlice<UInt8>) -> Bool {
        guard let text = String(validating: value, as: UTF8.self) else { return false }
        let isHarmless = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: !scalar.properties.isBidiControl
            }
        }
        let document = Array("{\"k\":".utf8) + value + Array("}".utf8)
        var scanner = JSONScanner()
        guard isHarmless, (try? scanner.next(in: document.span)) != nil else { return false }
        return (try? scanner.next(in: document.span)) == .some(nil)
    }

    @Test func everyTruncation() {
        var parser = JSONParser()
        for seed in Self.seeds {
            let text = Array(seed.utf8)
            for count in 0...text.count {
                let part = Array(text[..<count])
                #expect(isSound(part, &parser))
                let isCut = count < text.count
                #expect((ParsedJSON(part, parser: &parser)["fault"] != nil) == isCut)
                #expect(isSound(Array(text[count...]), &parser))
            }
        }
    }

    @Test func mutatedBytes() {
        var generator = SeededGenerator(seed: 2)
        var parser = JSONParser()
        for round in 0..<4000 {
            let text = Self.mutated(&generator, times: round % 8 + 1)
            #expect(isSound(text, &parser), "\(text)")
        }
    }

    @Test func randomBytes() {
        var generator = SeededGenerator(seed: 3)
        var parser = JSONParser()
        let bytes = Array("{}[]\",:\\u0123d8ef-+.eE tfnrl\n".utf8) + [0, 0x80, 0xC3, 0xFF, 0xE2, 0x80, 0xA8]
        for _ in 0..<4000 {
            let count = Int.random(in: 0...60, using: &generator)
            let text = (0..<count).map { _ in bytes.randomElement(using: &generator) ?? 0 }
            #expect(isSound(text, &parser), "\(text)")
            #expect(isSound(Array("{\"a\":".utf8) + text + Array("}".utf8), &parser), "\(text)")
        }
    }

    private static func mutated(_ generator: inout SeededGenerator, times: Int) -> [UInt8] {
        var text = Array((seeds.randomElement(using: &generator) ?? "").utf8)
        let bytes = Array("{}[]\",:\\u01d8e-+. tfn\n\u{0}".utf8) + [0x80, 0xFF]
        for _ in 0..<times {
            let place = Int.random(in: 0..<text.count, using: &generator)
            let byte = bytes.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: text[place] = byte
            case 1: text.insert(byte, at: place)
            case 2: if text.count > 1 { text.remove(at: place) }
            default:
                let end = min(text.count, place + Int.random(in: 0...12, using: &generator))
                text.insert(contentsOf: text[place..<end], at: Int.random(in: 0...text.count, using: &generator))
            }
        }
        return text
    }

    /// Each is parsed in milliseconds; quadratic work on a mebibyte would take minutes.
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ("{", "\"a\":1,", "\"a\":1}"), ("{", "\"\":1,", "\"\":1}"), ("{", "\"level\":\"x\",", "\"a\":1}"),
            ("{", "\"log\":{\"level\":0,\"\":1},", "\"a\":1}"), ("{\"log\":{", "\"level\":\"x\",", "\"a\":1}}"),
            ("{\"message\":\"", "\\u0041", "\"}"), ("{\"m\":\"", "\\ud800", "\"}"), ("{\"m\":[", "[],", "[]]}"),
            ("{\"MESSAGE\":[", "1,", "1]}"), ("{\"m\":\"", "\\\\", "\"}"), ("{\"m\":\"", "\u{85}", "\"}"),
            ("{", " ", "}"),
            ("{\"time\":", "1", "}"), ("{\"caller\":\"a:", "1", "\"}"), ("{\"", "a", "\":1}"),
            ("{\"stack\":\"", "\\r", "\\n\"}"),
            ("", "[", ""), ("", "{\"a\":", ""), ("", "\u{1}", ""), ("{\"a\":\"", "\\\"", ""), ("", "}", ""),
            ("{\"level\":\"", "i", "\"}"),
        ]
    )
    func hugeMessagesTakeLinearTime(_ head: String, _ unit: String, _ tail: String) {
        var text = Array(unit.utf8)
        while text.count < 1 << 20 { text += text }
        text = Array(head.utf8) + text + Array(tail.utf8)
        var parser = JSONParser()
        #expect(isSoundFast(text, &parser))
    }

    /// The bounds alone: the full check is too slow for hundreds of thousands of fields.
    private func isSoundFast(_ text: [UInt8], _ parser: inout JSONParser) -> Bool {
        let time = WallTime(seconds: 1, nanoseconds: 0)
        var record = LogRecord(nil, severity: .emergency, time: time)
        parser.parse(text.span, into: &record, ReceiveContext(time: time, secondsFromUTC: 0))
        return record.message.count <= 6 * text.count + 2 && record.bytes.count <= 8 * text.count + 4096
            && !record.message.isEmpty && record.fields.count <= text.count
    }

    // MARK: beside Python

    private struct Reading: Encodable {
        let document: Data
        /// Name, kind and value of each member; nil when the text is malformed.
        let members: [[String]]?
    }

    /// Python's json module reads the same members, and nested values as the JSON text here has them.
    private static let comparison = """
        import base64, json, re, sys

        class Object(list):
            pass

        def refuse(word):
            raise ValueError(word)

        def load(text):
            return json.loads(text, object_pairs_hook=Object, parse_constant=refuse,
                              parse_int=lambda text: ("number", text), parse_float=lambda text: ("number", text))

        def clean(value):
            if isinstance(value, str):
                return re.sub("[\\ud800-\\udfff]", "\\ufffd", value)
            if isinstance(value, Object):
                return ["object"] + [[clean(name), clean(member)] for name, member in value]
            if isinstance(value, list):
                return ["array"] + [clean(element) for element in value]
            return value

        def read(kind, text):
            return text if kind == "text" else clean(load(text))

        different = []
        accepted = 0
        for index, reading in enumerate(json.load(open(sys.argv[1]))):
            document = base64.b64decode(reading["document"])
            members = reading.get("members")
            try:
                expected = load(document.decode("utf-8", "surrogateescape"))
            except ValueError:
                expected = None
            if not isinstance(expected, Object):
                expected = None
            if (expected is None) != (members is None):
                different.append([index, expected is not None])
                continue
            if expected is None:
                continue
            accepted += 1
            try:
                document.decode("utf-8")
            except ValueError:
                continue
            ours = [[name, read(kind, text)] for name, kind, text in members]
            if ours != [[clean(name), clean(value)] for name, value in expected]:
                different.append([index, ours])
        print(json.dumps({"different": different[:5], "count": len(different), "accepted": accepted}))
        """

    private struct Verdict: Decodable {
        let count: Int
        let accepted: Int
    }

    private func reading(_ document: [UInt8]) -> Reading {
        var scanner = JSONScanner()
        var members: [[String]] = []
        do throws(JSONError) {
            while let member = try scanner.next(in: document.span) {
                var name: [UInt8] = []
                var value: [UInt8] = []
                _ = member.name.append(from: document.span, to: &name)
                let kind: String
                if case .string(let string) = member.value {
                    kind = "text"
                    _ = string.append(from: document.span, to: &value)
                } else if let integer = member.value.integer(in: document.span) {
                    kind = "json"
                    value = Array("\(integer)".utf8)
                } else {
                    kind = "json"
                    _ = member.value.appendCompact(from: document.span, to: &value)
                }
                members.append([String(decoding: name, as: UTF8.self), kind, String(decoding: value, as: UTF8.self)])
            }
            return Reading(document: Data(document), members: members)
        } catch {
            return Reading(document: Data(document), members: nil)
        }
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
            "there is no Python to compare with"
        )
    )
    func pythonReadsTheSame() throws {
        var generator = SeededGenerator(seed: 4)
        var readings = Self.seeds.map { reading(Array($0.utf8)) }
        for round in 0..<6000 { readings.append(reading(Self.mutated(&generator, times: round % 4 + 1))) }
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        try JSONEncoder().encode(readings).write(to: URL(fileURLWithPath: directory.path("readings")))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.comparison, directory.path("readings")]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try #require(try output.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        let verdict = try JSONDecoder().decode(Verdict.self, from: text)
        #expect(verdict.count == 0, "\(String(decoding: text, as: UTF8.self))")
        // Of both kinds there are enough for the comparison to mean something.
        #expect(verdict.accepted > 500)
        #expect(readings.count - verdict.accepted > 500)
    }
}
