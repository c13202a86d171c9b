import Daemon
import TestSupport
import Testing

@Suite struct TOMLSettingsTests {
    private static let whole = """
        # comment
        log_level = "info"
        queue_size = 1_048_576
        idle_timeout = 0.5

        [[listener]]
        name = "a"
        protocol = 'echo'
        address = \"""
        tcp:127.0.0.1:1\"""
        max_connections = 0x10
        [[listener]]
        name = "\\u00e9"

        """

    private func problems(_ text: String) -> [String] {
        TOMLSettings(text, path: "x.toml").problems.map(\.description)
    }

    @Test func readsEveryKindOfValue() {
        let reader = TOMLSettings(Self.whole, path: "x.toml")
        #expect(reader.problems.isEmpty)
        let texts = reader.settings.values.mapValues(\.text)
        #expect(texts == ["log_level": "info", "queue_size": "1048576", "idle_timeout": "0.5"])
        let listeners = reader.settings.listeners.map { $0.values.mapValues(\.text) }
        let first: [String: String] = [
            "name": "a", "protocol": "echo", "address": "tcp:127.0.0.1:1", "max_connections": "16",
        ]
        #expect(listeners == [first, ["name": "é"]])
        #expect(
            reader.settings.listeners[1].values["name"]?.origin == .file("x.toml", line: 13, key: "listener[2].name")
        )
    }

    @Test(arguments: [
        ("log_levle = 'x'", "x.toml:1: log_levle: unknown key; did you mean log_level?"),
        ("log-level = 'x'", "x.toml:1: log-level: unknown key; did you mean log_level?"),
        ("listeners = 1", "x.toml:1: listeners: unknown key; did you mean listener?"),
        ("[server]", "x.toml:1: server: unknown key; known: log_backend, log_level, log_file,"),
        ("log_level = 7", "x.toml:1: log_level: must be a string, in quotes, not an integer"),
        ("log_file = true", "x.toml:1: log_file: must be a string, in quotes, not a boolean"),
        ("log_file = ['a']", "x.toml:1: log_file: must be a string, in quotes, not an array"),
        ("idle_timeout = 12:00:00", "x.toml:1: idle_timeout: must be a string or a number, not a date or time"),
        ("threads = 2020-01-01", "x.toml:1: threads: must be a string or a number, not a date or time"),
        ("threads = 2020-01-01T00:00:00Z", "x.toml:1: threads: must be a string or a number, not a date or time"),
        ("[threads]", "x.toml:1: threads: must be a string or a number, not a table"),
        ("[listener]\nname = 'a'", "x.toml:1: listener: must be [[listener]], with two brackets, not a table"),
        ("listener = 'a'", "x.toml:1: listener: must be [[listener]], with two brackets, not a string"),
        ("listener = [1]", "x.toml:1: listener[1]: must be a table, begun with [[listener]], not an integer"),
        ("[[listener]]\nport = 1", "x.toml:2: listener[1].port: unknown key; known: name, protocol, address,"),
        (
            "[[listener]]\nlog_level = 'x'",
            "x.toml:2: listener[1].log_level: is not a key of a listener; move it up, before the"
        ),
        ("[[listener]]\nprotocl = 1", "x.toml:2: listener[1].protocl: unknown key; did you mean protocol?"),
        ("[[listener]]\nname = 1", "x.toml:2: listener[1].name: must be a string, in quotes, not an integer"),
        ("a = \n", "x.toml:1:5: expected a value, found the end of the line"),
        ("\n\nlog_level = info", "x.toml:3:13: info is not a valid value: quote text"),
        ("log_level = 'a'\nlog_level = 'b'", "x.toml:2:1: duplicate key log_level"),
        ("threads = 99999999999999999999", "x.toml:1:"),
        ("\n [!]", "x.toml:2:3: expected a key, found \"!\""),
        ("[[[a]]]", "x.toml:1:3: expected a key"),
        ("[.a]", "x.toml:1:2: expected a key"),
        ("[ä]", "x.toml:1:2: expected a key"),
        ("[]", "x.toml:1:2: "),
        ("[[", "x.toml:1:"),
        ("a\0b", "x.toml:1:2: expected = after the key"),
    ])
    func saysWhereAndWhatIsWrong(text: String, message: String) {
        let problems = problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(message) == true, "\(problems)")
    }

    @Test func allProblemsAreReportedAtOnce() {
        let text = "foo = 1\nlog_level = 7\nbar = 2\n[[listener]]\nname = 1\nbaz = 3\n[[listener]]\nprotocol = []\n"
        #expect(problems(text).count == 6)
    }

    @Test func aMessageIsOneLineOfBoundedLength() {
        for problem in problems("\"a\\nb\\u001b\" = 1\n'\(String(repeating: "é", count: 10_000))' = 1") {
            #expect(problem.utf8.count < 1100)
            #expect(!problem.unicodeScalars.contains { $0.value < 0x20 })
        }
    }

    @Test func everyTruncationIsReadOrRefused() {
        let bytes = Array(Self.whole.utf8)
        var refused = 0
        for length in 0...bytes.count {
            refused += problems(String(decoding: bytes[..<length], as: UTF8.self)).isEmpty ? 0 : 1
        }
        #expect(refused > 20)
    }

    @Test func randomTextIsReadOrRefused() {
        var generator = SeededGenerator(seed: 3)
        var refused = 0
        for _ in 0..<5000 {
            let count = Int.random(in: 0...64, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            refused += problems(String(decoding: bytes, as: UTF8.self)).isEmpty ? 0 : 1
        }
        #expect(refused > 4000)
        // Changed in a few places, a text gets further into the parser.
        let alphabet = Array("[]{}=\"'.,#\n\\ue0-+_:T1aZ\u{fe0f}\u{1}".unicodeScalars)
        for _ in 0..<10_000 {
            var scalars = Array(Self.whole.unicodeScalars)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: 0..<scalars.count, using: &generator)
                scalars[index] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            _ = problems(text)
        }
    }

    @Test(arguments: ["[", "{a=", "a.", "[[a.", "[{a=["])
    func deepNestingIsRefusedOrRead(opening: String) {
        for depth in [100, 1000, 20_000] {
            #expect(!problems("a = " + String(repeating: opening, count: depth)).isEmpty)
            #expect(!problems(String(repeating: opening, count: depth) + "a = 1").isEmpty)
        }
    }
}
