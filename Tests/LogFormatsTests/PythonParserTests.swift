import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

/// Messages of real handlers (see `Fixtures/python/capture.py`) become the records that Python meant.
@Suite struct PythonParserTests {
    private func record(_ fixture: String) throws -> PythonRecord {
        PythonRecord(try #require(try PythonRecord.fixture(fixture).first))
    }

    @Test(arguments: ["protocol0", "protocol1", "protocol2", "protocol3", "protocol4", "protocol5", "py27-protocol1"])
    func plainRecords(name: String) throws {
        let record = try record(name + "-plain")
        #expect(record.message == "order 4711 of Müller 😀 \\ \"quoted\"\nline two was refused")
        #expect(record.severity == .warning)
        #expect(record.known["logger"] == "app.worker")
        #expect(record.known["level_name"] == "WARNING")
        #expect(record.known["levelno"] == "integer 30")
        #expect(record.known["file"] == "/srv/app/capture.py")
        #expect(record.known["line"]?.hasPrefix("integer ") == true)
        #expect(record.known["function"] == "plain")
        #expect(record.known["process_name"] == "MainProcess")
        #expect(record.known["thread_name"] == "MainThread")
        #expect((record.known["procid"].flatMap { Int($0) } ?? 0) > 1)
        #expect((record.claimed?.seconds ?? 0) > 1_700_000_000)
        #expect((record.claimed?.nanoseconds ?? 1) % 1000 == 0)
        #expect(record.extra == [:])
        #expect(record.fault == nil)
        #expect(!record.hasRaw)
        #expect(record.known.count == 9)
    }

    @Test(arguments: 0...5) func exceptionsAndStacks(number: Int) throws {
        let failure = try record("protocol\(number)-failure")
        #expect(failure.message == "it failed")
        #expect(failure.severity == .error)
        #expect(failure.known["exc_text"]?.hasPrefix("Traceback (most recent call last):\n  File ") == true)
        #expect(failure.known["exc_text"]?.hasSuffix("\nKeyError: 'missing'") == true)
        #expect(failure.extra == [:])
        let stack = try record("protocol\(number)-stack")
        #expect(stack.known["stack_info"]?.hasPrefix("Stack (most recent call last):\n") == true)
        #expect(stack.extra == [:])
        #expect(!failure.hasRaw && !stack.hasRaw)
    }

    @Test(
        arguments: (0...5).map { "protocol\($0)" } + ["py313-protocol4", "py36-protocol3"]
    )
    func extrasKeepTheirTypes(name: String) throws {
        let record = try record(name + "-types")
        let number = name.last?.wholeNumberValue ?? 0
        #expect(record.message == "all types")
        let expected = [
            "text": "téxt", "empty": "", "integer": "integer 42", "negative": "integer -7", "byte": "integer 255",
            "short": "integer 65535", "wide": "integer 2147483648", "large": "json 9223372036854775808",
            "below": "integer -9223372036854775808", "huge": "json 1267650600228229401496703205376",
            "minus": "json -1267650600228229401496703205376", "float": "json 1.5", "tiny": "json 5e-324",
            "many": "json 1e+16", "nan": "nan", "infinite": "-inf", "yes": "json true", "no": "json false",
            "nothing": "json null", "list": "json [1,\"two\",[3.5,null]]", "tuple": "json [1,[2],[]]",
            "dict": #"json {"a":{"b":[true,"c\n\"d\""]},"1":"one","None":0,"<tuple>":3}"#,
        ]
        for (key, value) in expected { #expect(record.extra[key] == value, "\(key)") }
        let enormous = try #require(record.extra["enormous"])
        if number < 2 {
            #expect(enormous.count == 1205 && enormous.hasPrefix("1318204093"))
        } else {
            #expect(enormous == "0x1" + String(repeating: "0", count: 1000))
        }
        // Where the protocol has no opcode, a function makes the value. It is not called: its arguments are the value.
        #expect(record.extra["bytes"] == "abc")
        #expect(record.extra["binary"] == "\\x00\\xff")
        #expect(record.extra["array"] == "xyz")
        #expect(record.extra["set"] == "json [1]")
        #expect(record.extra["frozen"] == "json [2]")
        #expect(record.extra.count == expected.count + 7)
        #expect(record.hasRaw)
        #expect(record.fault == nil)
    }

    @Test(arguments: (0...5).map { "protocol\($0)" } + ["py313-protocol5"])
    func objectsHaveTheirValuesOrTheirNames(name: String) throws {
        let record = try record(name + "-objects")
        #expect(record.message == "objects")
        let expected = [
            "when": "2026-09-01T12:30:00+00:00", "day": "2026-09-01", "money": "1.10",
            "id": "00000000-0000-0000-0000-000000000005", "thing": #"<__main__.Thing>{"secret":"state"}"#,
            "reduced": "<__main__.Reduced>", "slotted": #"<__main__.Slotted>{"a":1}"#, "complex": "(1+2j)",
            "error": #"<builtins.ValueError>("bad")"#, "after": "still here",
        ]
        for (key, value) in expected { #expect(record.extra[key] == value, "\(key)") }
        // Protocols 0 and 1 give the items to a function.
        let dictionaries = [#"<__main__.Dictionary>({"a":1})"#, #"<__main__.Dictionary>{"a":1}"#]
        #expect(dictionaries.contains(record.extra["dictionary"] ?? ""))
        // Python 2 knew the type of large integers as another one.
        #expect(["<builtins.int>", "<__builtin__.long>"].contains(record.extra["type"]))
        #expect(record.extra["function"]?.hasSuffix(".getpid>") == true)
        #expect(record.hasRaw)
    }

    @Test(arguments: 0...5) func oddRecords(number: Int) throws {
        let surrogate = try record("protocol\(number)-surrogate")
        #expect(surrogate.message == "lone \\xed\\xa0\\x80 surrogate")
        #expect(surrogate.extra == ["odd": "\\xed\\xb3\\xbf"])
        #expect(surrogate.hasRaw)
        #expect(try record("protocol\(number)-colour").extra == ["colour": "<__main__.Colour>(1)"])
        let custom = try record("protocol\(number)-custom")
        #expect(custom.severity == .notice && custom.known["level_name"] == "NOTICE")
        #expect(custom.known["levelno"] == "integer 25")
        let object = try record("protocol\(number)-object_message")
        #expect(object.message == "{'not': 'a string'}")
        #expect(object.extra == ["args_like": "json [1,2]"])
    }

    @Test func oldPython() throws {
        let record = try record("py27-protocol1-types")
        #expect(record.message == "all types")
        #expect(record.extra["bytes"] == "abc")
        #expect(record.extra["huge"] == "json 1267650600228229401496703205376")
        #expect(try self.record("py27-protocol1-failure").known["exc_text"]?.hasSuffix("KeyError: u'missing'") == true)
        #expect(try self.record("py27-protocol1-objects").extra["thing"] == #"<__main__.Thing>{"secret":"state"}"#)
    }

    @Test(arguments: ["socket", "py313-socket", "py36-socket"]) func streams(name: String) throws {
        let records = try PythonRecord.fixture(name).map { PythonRecord($0) }
        #expect(records.map(\.severity) == [.warning, .error, .debug])
        #expect(records.map(\.message).last == "last")
    }

    @Test func datagrams() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/python/datagram.bin")
        let datagram = Array(try Data(contentsOf: url))
        let body = try PythonParser.body(of: datagram.span)
        #expect(PythonRecord(Array(datagram[body])).known["function"] == "plain")
        #expect(throws: MessageError("the datagram has 3 bytes, too few for a length", .otherFormat)) {
            try PythonParser.body(of: Array(datagram[..<3]).span)
        }
        #expect(
            throws: MessageError(
                "the length says \(body.count) bytes, the datagram has \(body.count - 1)",
                .otherFormat
            )
        ) {
            try PythonParser.body(of: Array(datagram.dropLast()).span)
        }
    }

    // MARK: dicts that no handler sends

    /// A dict in protocol 0, with these items.
    private func dict(_ items: String) -> PythonRecord { PythonRecord(Array("(d\(items).".utf8)) }

    private func item(_ key: String, _ value: String) -> String { "V\(key)\n\(value)s" }

    @Test(
        arguments: [
            ("I10\n", .debug), ("I11\n", .informational), ("I20\n", .informational), ("I21\n", .warning),
            ("I30\n", .warning), ("I31\n", .error), ("I40\n", .error), ("F40.5\n", .critical), ("I50\n", .critical),
            ("I51\n", .alert), ("I-1\n", .debug), ("Finf\n", .alert), ("I9223372036854775807\n", .alert),
        ] as [(String, Severity)]
    )
    func levelsMapByRange(level: String, severity: Severity) {
        #expect(dict(item("msg", "Vx\n") + item("levelno", level)).severity == severity)
    }

    @Test func levelsWithoutNumberMapByName() {
        #expect(dict(item("msg", "Vx\n") + item("levelname", "VCRITICAL\n")).severity == .critical)
        #expect(dict(item("msg", "Vx\n") + item("levelname", "VLOUD\n")).severity == .informational)
        let nan = dict(item("msg", "Vx\n") + item("levelname", "VERROR\n") + item("levelno", "Fnan\n"))
        #expect(nan.severity == .error)
        #expect(nan.extra == ["levelno": "nan"])
    }

    @Test func whatIsNotAsInPythonIsExtra() {
        let record = dict(
            item("msg", "I5\n") + item("name", "I1\n") + item("lineno", "Vx\n") + item("funcName", "N")
                + item("process", "(l") + item("args", "(I1\ntp0\n") + item("exc_info", "I01\n")
                + item("thread", "Vt\n")
                + item("pathname", "V/a/b.py\n") + item("filename", "Vc.py\n") + item("module", "Vb\n")
                + item("created", "F1e300\n") + item("taskName", "VTask-1\n") + item("exc_text", "V\n")
        )
        #expect(record.message == "5")
        #expect(
            record.extra == [
                "name": "integer 1", "lineno": "x", "process": "json []", "args": "json [1]", "exc_info": "json true",
                "thread": "t", "filename": "c.py", "created": "json 1e+300", "taskName": "Task-1",
            ]
        )
        #expect(record.claimed == nil)
        #expect(record.hasRaw)
    }

    @Test(arguments: [
        ("F1732352000.1234567\n", 1_732_352_000, 123_457_000), ("F-0.25\n", -1, 750_000_000),
        ("I5\n", 5, 0), ("F1.9999999\n", 2, 0),
    ])
    func times(created: String, seconds: Int64, nanoseconds: Int32) {
        let record = dict(item("msg", "Vx\n") + item("created", created))
        #expect(record.claimed == WallTime(seconds: seconds, nanoseconds: nanoseconds))
        #expect(record.extra == [:])
    }

    @Test(arguments: ["Fnan\n", "Finf\n", "F-inf\n", "F253402300800\n", "I-9223372036854775808\n"])
    func timesThatAreNone(created: String) {
        let record = dict(item("msg", "Vx\n") + item("created", created))
        #expect(record.claimed == nil)
        #expect(record.extra["created"] != nil && record.hasRaw)
    }

    @Test func dictsWithoutAMessageAreMalformed() {
        #expect(dict(item("a", "Vb\n") + "I1\nVc\ns").failure == "the dict has no msg")
        #expect(dict(item("msg", "N")).failure == nil)
    }

    /// The name of a program's own level counts more than its number, where it is a known name.
    @Test(
        arguments: [
            ("I25\n", "NOTICE", .notice), ("I35\n", "SUCCESS", .notice), ("I5\n", "SPAM", .debug),
            ("I15\n", "VERBOSE", .debug), ("I45\n", "ALERT", .alert), ("F25.5\n", "NOTICE", .notice),
            ("I21\n", "AUDIT", .warning), ("I8\n", "TRACE", .debug), ("I60\n", "Level 60", .alert),
            // Python's own numbers count, whatever their names.
            ("I30\n", "WARN", .warning), ("I50\n", "FATAL", .critical), ("I30\n", "ERROR", .warning),
            ("I0\n", "ALERT", .debug),
        ] as [(String, String, Severity)]
    )
    func levelsOfTheProgramsOwn(number: String, name: String, severity: Severity) {
        let record = dict(item("msg", "Vx\n") + item("levelno", number) + item("levelname", "V\(name)\n"))
        #expect(record.severity == severity)
        #expect(record.known["level_name"] == name)
    }

    @Test(
        arguments: [
            ("9223372036854775807", "integer 9223372036854775807"), ("9223372036854775808", "json 9223372036854775808"),
            ("-9223372036854775808", "integer -9223372036854775808"),
            ("-9223372036854775809", "json -9223372036854775809"),
            ("18446744073709551616", "json 18446744073709551616"),
            ("99999999999999999999", "json 99999999999999999999"), ("0000000000000000000000007", "json 7"),
            ("999999999999999999", "integer 999999999999999999"), ("-0", "integer 0"),
            (String(repeating: "9", count: 40), String(repeating: "9", count: 40)),
        ]
    )
    func integersInDigits(digits: String, value: String) {
        #expect(dict(item("msg", "Vx\n") + item("n", "L\(digits)L\n")).extra["n"] == value)
        #expect(dict(item("msg", "Vx\n") + item("n", "I\(digits)\n")).extra["n"] == value)
    }

    @Test func whatIsLostIsKeptAsReceived() {
        #expect(PythonRecord(Array("(dVmsg\nVx\ns.more".utf8)).fault == "4 bytes follow the pickle")
        let twice = dict(item("msg", "Vx\n") + item("msg", "Vy\n"))
        #expect(twice.message == "y" && twice.hasRaw)
        #expect(dict(item("msg", "V\\u12\n")).hasRaw)
        #expect(dict(item("msg", #"S'a\x41\101\n\'\q'"# + "\n")).message == "aAA\n'\\q")
    }

    @Test(
        arguments: [
            ("(lp0\n.", "the pickle is of type list, not a dict"), ("", "the pickle ends early"),
            ("(d", "the pickle ends early"), ("\u{0}", "opcode 0x0 is unknown at byte 0"),
            ("s.", "stack underflow at byte 1"), ("(N}a.", "the pickle adds items to a value of type None at byte 4"),
            ("t.", "there is no mark at byte 1"), ("g7\n.", "nothing is at 7 in the memo at byte 3"),
            ("clogging\nLogRecord\n.", "the pickle is of type object <logging.LogRecord>, not a dict"),
            ("(d(Vx\nu.", "a key without a value at byte 7"), ("Ix\n.", "no number before byte 3"),
            ("Sx\n.", "a string without quotation marks before byte 3"),
            (
                "c\u{1b}[31m\na\u{202e}\n.",
                "the pickle is of type object <\\x1b[31m.a\\u202e>, not a dict"
            ),
        ]
    )
    func failuresSayWhy(pickle: String, reason: String) {
        #expect(PythonRecord(Array(pickle.utf8)).failure == reason)
    }
}
