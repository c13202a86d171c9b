import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

@Suite struct GELFParserTests {
    /// A record as a reader sees it: each field by its name in JSON output, `extra.` before what the sender attached.
    private struct Outcome: Equatable {
        var message = ""
        var severity = Severity.debug
        var facility: Facility?
        var time: WallTime?
        var fields: [String: String] = [:]
    }

    private static let received = WallTime(seconds: 1_800_000_000, nanoseconds: 5)

    private func parse(_ message: [UInt8]) -> Outcome {
        var record = LogRecord(nil, severity: .debug, time: Self.received)
        var parser = GELFParser()
        return parse(message, &parser, &record)
    }

    private func parse(_ text: String) -> Outcome { parse(Array(text.utf8)) }

    private func parse(_ message: [UInt8], _ parser: inout GELFParser, _ record: inout LogRecord) -> Outcome {
        record.begin(nil, severity: .debug, time: Self.received, origin: nil)
        parser.parse(message.span, into: &record, ReceiveContext(time: Self.received, secondsFromUTC: 3600))
        #expect(record.time == Self.received && record.event == nil)
        func text(_ range: Range<Int>) -> String {
            let text = String(validating: record.bytes[range], as: UTF8.self)
            #expect(text != nil)
            return text ?? ""
        }
        var outcome = Outcome()
        #expect(String(validating: record.message, as: UTF8.self) != nil)
        outcome.message = String(decoding: record.message, as: UTF8.self)
        (outcome.severity, outcome.facility, outcome.time) = (record.severity, record.facility, record.claimedTime)
        for field in record.fields {
            let name: String
            switch field.name {
            case .known(.raw):
                if case .bytes(let range) = field.value { #expect(Array(record.bytes[range]) == message) }
                outcome.fields["raw"] = "as received"
                continue
            case .known(let key): name = "\(key.json)"
            case .extra(let range): name = "extra." + text(range)
            case .structured: continue
            }
            let value =
                switch field.value {
                case .integer(let integer): "\(integer)"
                case .bytes(let range): "'\(text(range))'"
                case .json(let range): "json:" + text(range)
                }
            if case .json(let range) = field.value {
                let json = Data(record.bytes[range])
                #expect((try? JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)) != nil)
            }
            outcome.fields[name] = outcome.fields[name].map { $0 + " " + value } ?? value
        }
        return outcome
    }

    // MARK: the specification

    @Test func theExampleOfTheSpecification() {
        let outcome = parse(
            #"""
            {
              "version": "1.1",
              "host": "example.org",
              "short_message": "A short message that helps you identify what is going on",
              "full_message": "Backtrace here\n\nmore stuff",
              "timestamp": 1385053862.3072,
              "level": 1,
              "_user_id": 9001,
              "_some_info": "foo",
              "_some_env_var": "bar"
            }
            """#
        )
        let expected = Outcome(
            message: "A short message that helps you identify what is going on",
            severity: .alert,
            time: WallTime(seconds: 1_385_053_862, nanoseconds: 307_200_000),
            fields: [
                "hostname": "'example.org'", "extra.full_message": "'Backtrace here\n\nmore stuff'",
                "extra.user_id": "9001", "extra.some_info": "'foo'", "extra.some_env_var": "'bar'",
            ]
        )
        #expect(outcome == expected)
    }

    @Test func theLevelsAreThoseOfSyslogAndInformationalWithoutOne() {
        for severity in Severity.allCases {
            let outcome = parse(#"{"short_message":"x","level":\#(severity.rawValue)}"#)
            #expect(outcome == Outcome(message: "x", severity: severity))
        }
        for none in ["{\"short_message\":\"x\"}", "{\"short_message\":\"x\",\"level\":null}"] {
            #expect(parse(none) == Outcome(message: "x", severity: .informational))
        }
    }

    @Test func theDeprecatedFieldsOf10() {
        let outcome = parse(
            #"{"version":"1.0","short_message":"x","level":6,"facility":"cron","file":"/a/b.py","line":-7}"#
        )
        let fields = ["extra.facility": "'cron'", "file": "'/a/b.py'", "line": "-7"]
        #expect(outcome == Outcome(message: "x", severity: .informational, fields: fields))
        #expect(parse(#"{"short_message":"x","facility":9}"#).facility == .cron)
        for other in ["24", "-1", "9.0", "256"] {
            let outcome = parse(#"{"short_message":"x","facility":\#(other)}"#)
            #expect(outcome.facility == nil)
            #expect(outcome.fields["extra.facility"]?.hasSuffix(other) == true)
        }
    }

    @Test func additionalFieldsKeepTheirTypes() {
        let outcome = parse(
            #"""
            {"short_message":"x","_s":"1","_i":1,"_big":9223372036854775808,"_f":1.50,"_e":1E3,"_t":true,"_n":null,
             "_a":[1, "ä"],"_o":{"k" : {}},"__two":2,"_":0,"_id":"z","plain":"p","":1}
            """#
        )
        let fields = [
            "extra.s": "'1'", "extra.i": "1", "extra.big": "json:9223372036854775808", "extra.f": "json:1.50",
            "extra.e": "json:1E3", "extra.t": "json:true", "extra.n": "json:null", "extra.a": #"json:[1,"ä"]"#,
            "extra.o": #"json:{"k":{}}"#, "extra._two": "2", "extra._": "0", "extra.id": "'z'", "extra.plain": "'p'",
            "extra.": "1",
        ]
        #expect(outcome == Outcome(message: "x", severity: .informational, fields: fields))
    }

    // MARK: real clients

    private func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/gelf")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    private func datagrams(_ name: String) throws -> Outcome {
        var assembler = GELFAssembler(limit: 1 << 20)
        let origin = Origin(protocolName: "gelf", listener: "test", peer: nil, connection: nil)
        for number in 0... {
            let datagram = try fixture("\(name).\(number).datagram")
            switch try assembler.add(datagram.span, from: origin, at: 0) {
            case .incomplete: continue
            case .message: return parse(assembler.message)
            case .datagram: return parse(datagram)
            }
        }
        return Outcome()
    }

    private func stream(_ name: String) throws -> [Outcome] {
        let bytes = try fixture("\(name).stream")
        #expect(bytes.last == 0)
        var record = LogRecord(nil, severity: .debug)
        var parser = GELFParser()
        return bytes.split(separator: 0).map { parse(Array($0), &parser, &record) }
    }

    private let graypyFields = [
        "hostname": "'client.example'", "extra.facility": "'shop.orders'", "file": "'/opt/shop/capture.py'",
        "process_name": "'MainProcess'", "thread_name": "'MainThread'", "extra.percent": "97",
        "extra.mount": "'/srv'", "extra.ratio": "json:0.97", "extra.dry": "json:false", "function": "'one'",
    ]

    @Test(arguments: ["graypy-udp", "graypy-udp-plain"])
    func graypyOverUDP(_ name: String) throws {
        var outcome = try datagrams(name)
        #expect(outcome.time?.seconds ?? 0 > 1_700_000_000)
        #expect(Int(outcome.fields.removeValue(forKey: "line") ?? "") != nil)
        #expect(outcome.fields.removeValue(forKey: "procid")?.hasPrefix("'") == true)
        #expect(outcome.message == "disk sda1 is nearly full")
        #expect(outcome.severity == .warning)
        #expect(outcome.fields == graypyFields)
    }

    @Test func graypyOverTCP() throws {
        let outcomes = try stream("graypy-tcp")
        #expect(
            outcomes.map(\.message) == [
                "disk sda1 is nearly full", "cannot take the order", "größer", "two\nlines\tand \0 zero", "from here",
                "a level of our own",
            ]
        )
        #expect(
            outcomes.map(\.severity) == [.warning, .error, .debug, .critical, .informational, .warning]
        )
        let traceback = outcomes[1].fields["exc_text"] ?? ""
        #expect(traceback.hasPrefix("'Traceback (most recent call last):\n"))
        #expect(traceback.hasSuffix("KeyError: 'order''"))
        #expect(outcomes[4].fields["stack_info"]?.hasPrefix("'Stack (most recent call last):\n") == true)
        // 25, which is none of GELF's: kept, and taken as Python means it.
        #expect(outcomes[5].fields["extra.level"] == "25")
        #expect(outcomes.map { $0.fields["raw"] != nil } == [false, false, false, false, false, true])
        #expect(outcomes.allSatisfy { $0.fields["fault"] == nil })
    }

    @Test func graypyWithFacility() throws {
        let outcome = try #require(try stream("graypy-tcp-facility").first)
        #expect(outcome.fields["logger"] == "'shop.orders'")
        #expect(outcome.fields["extra.facility"] == "'shop'")
        #expect(outcome.fields["level_name"] == "'WARNING'")
    }

    @Test func aTracebackOfGraypyCompressed() throws {
        let outcome = try datagrams("graypy-udp-traceback")
        #expect(outcome.message == "cannot take the order")
        #expect(outcome.severity == .error)
        #expect(outcome.fields["exc_text"]?.contains("KeyError: 'order'") == true)
    }

    @Test(arguments: ["graypy-udp-chunked", "pygelf-udp-chunked"])
    func chunksOfClients(_ name: String) throws {
        let outcome = try datagrams(name)
        let expected = (0..<700).map { String(format: "%08x", $0 * 2_654_435_761 % 4_294_967_296) }
        #expect(outcome.message == expected.joined(separator: " "))
        #expect(outcome.severity == .informational)
        #expect(outcome.fields["hostname"] == "'client.example'")
    }

    @Test func pygelfOverUDP() throws {
        let outcome = try datagrams("pygelf-udp")
        #expect(outcome.message == "disk sda1 is nearly full")
        #expect(outcome.fields == ["hostname": "'client.example'"])
    }

    @Test func pygelfOverTCP() throws {
        let outcomes = try stream("pygelf-tcp")
        #expect(outcomes.map(\.severity) == [.warning, .error, .debug, .critical])
        #expect(outcomes[1].fields["exc_text"]?.contains("KeyError: 'order'") == true)
        var fields = outcomes[0].fields
        #expect(Int(fields.removeValue(forKey: "line") ?? "") != nil)
        #expect(
            fields == [
                "hostname": "'client.example'", "file": "'capture.py'", "function": "'one'", "app_name": "'shop'",
                "logger": "'shop.orders'", "extra.module": "'capture'", "extra.percent": "97",
                "extra.mount": "'/srv'", "extra.ratio": "json:0.97", "extra.dry": "json:false",
            ]
        )
    }

    // MARK: what is not as it should be

    @Test func withoutShortMessage() {
        let long = parse(#"{"level":4,"full_message":"all of it","_a":1}"#)
        let fields = ["fault": "'no short_message'", "extra.a": "1"]
        #expect(long == Outcome(message: "all of it", severity: .warning, fields: fields))
        for text in ["{}", #"{"short_message":null}"#, "{\"host\":\n\"h\"}"] {
            let outcome = parse(text)
            #expect(outcome.message == text)
            #expect(outcome.severity == .informational)
            #expect(outcome.fields["fault"] == "'no short_message'")
        }
        // A number is one as text, other types are none.
        let number = parse(#"{"short_message":5,"full_message":[1]}"#)
        #expect(number.message == "5")
        #expect(number.fields["extra.full_message"] == "json:[1]")
        let list = parse(#"{"short_message":[5]}"#)
        #expect(list.message == #"{"short_message":[5]}"#)
        #expect(list.fields["extra.short_message"] == "json:[5]")
    }

    @Test func theMessageIsTheFirstThatIsNotEmpty() {
        let long = parse(#"{"short_message":"","full_message":"all of it"}"#)
        #expect(long == Outcome(message: "all of it", severity: .informational))
        #expect(parse(#"{"short_message":"","full_message":""}"#).message == #"{"short_message":"","full_message":""}"#)
    }

    @Test func aFullMessageThatSaysNoMoreIsNotRepeated() {
        #expect(parse(#"{"full_message":"a\tb","short_message":"a\u0009b"}"#).fields.isEmpty)
        let longer = parse(#"{"full_message":"a b c","short_message":"a b"}"#)
        #expect(longer.fields == ["extra.full_message": "'a b c'"])
    }

    @Test(arguments: [
        "", " ", "hello", "{", "[]", "\"text\"", "5", "null", "{} {}", "{\"short_message\":\"x\"", "{\"a\":1}x",
        "{\"short_message\":\"x\",}", "{\"host\":\"h\",\"level\":3,\"_a\":\"b\",oops}", "two\nlines",
    ])
    func whatIsNoJSONObjectIsAMessageWithAFault(_ text: String) {
        let fields = ["fault": "'the message is not a JSON object'"]
        #expect(parse(text) == Outcome(message: text, severity: .informational, fields: fields))
    }

    @Test func whatIsNoUTF8EitherIsKeptAsReceived() {
        let outcome = parse([0xFF, 0x41])
        #expect(outcome.message == "\\xffA")
        #expect(outcome.fields["raw"] == "as received")
        let inside = parse(Array("{\"short_message\":\"a".utf8) + [0xE4] + Array("\"}".utf8))
        #expect(inside.message == "a\\xe4")
        #expect(inside.fields == ["raw": "as received"])
        let half = parse(#"{"short_message":"x","_a":"\ud800"}"#)
        #expect(half.fields == ["extra.a": "'\u{FFFD}'", "raw": "as received"])
    }

    @Test func jsonThatIsTooDeepIsAMessageWithAFault() {
        let text =
            #"{"short_message":"x","_a":"# + String(repeating: "[", count: 100_000)
            + String(repeating: "]", count: 100_000) + "}"
        let fields = ["fault": "'the message is JSON that is nested too deep'"]
        #expect(parse(text) == Outcome(message: text, severity: .informational, fields: fields))
    }

    @Test func levelsThatAreNoneAreGuessedAndKept() {
        let guesses: [(level: String, severity: Severity, kept: String)] = [
            ("8", .debug, "8"), ("10", .debug, "10"), ("20", .informational, "20"), ("25", .warning, "25"),
            ("30", .warning, "30"), ("40", .error, "40"), ("50", .critical, "50"), ("-1", .informational, "-1"),
            ("3.0", .error, "json:3.0"), ("\"4\"", .warning, "'4'"), ("\"WARN\"", .warning, "'WARN'"),
            ("99999999999999999999", .informational, "json:99999999999999999999"),
            ("true", .informational, "json:true"),
            ("[3]", .informational, "json:[3]"), ("\"\"", .informational, "''"), ("\"loud\"", .informational, "'loud'"),
        ]
        for (level, severity, kept) in guesses {
            let outcome = parse(#"{"short_message":"x","level":\#(level)}"#)
            let fields = ["extra.level": kept, "raw": "as received"]
            #expect(outcome == Outcome(message: "x", severity: severity, fields: fields), "\(level)")
        }
    }

    @Test func timesThatAreNoneAreKept() {
        let times: [(written: String, seconds: Int64, nanoseconds: Int32)] = [
            ("1385053862", 1_385_053_862, 0), ("0", 0, 0), ("-1.5", -2, 500_000_000),
            ("1.3850538623072E9", 1_385_053_862, 307_200_000), ("\"1385053862.25\"", 1_385_053_862, 250_000_000),
            // Other senders' units and texts.
            ("1385053862307", 1_385_053_862, 307_000_000), ("1.385053862307E12", 1_385_053_862, 307_000_000),
            ("\"2013-11-21T17:11:02.3072Z\"", 1_385_053_862, 307_200_000),
            ("\"2013-11-21 18:11:02,307\"", 1_385_053_862, 307_000_000),
            ("\"Thu, 21 Nov 2013 18:11:02 +0100\"", 1_385_053_862, 0),
        ]
        for (written, seconds, nanoseconds) in times {
            let outcome = parse(#"{"short_message":"x","timestamp":\#(written)}"#)
            let time = WallTime(seconds: seconds, nanoseconds: nanoseconds)
            #expect(outcome == Outcome(message: "x", severity: .informational, time: time), "\(written)")
        }
        for written in ["1e99", "-1e300", "\"now\"", "\"nan\"", "true", "{}", "\"\""] {
            let outcome = parse(#"{"short_message":"x","timestamp":\#(written)}"#)
            #expect(outcome.time == nil)
            #expect(outcome.fields["extra.timestamp"] != nil, "\(written)")
        }
    }

    @Test func theFirstOfTheSameMeaningCounts() {
        let outcome = parse(
            #"""
            {"short_message":"a","short_message":"b","level":3,"level":7,"file":"f","_file":"g","_pid":1,"_pid":"2",
             "timestamp":1,"timestamp":2,"host":5,"host":"h","line":"7","_line":8,"version":"2.0"}
            """#
        )
        let expected = Outcome(
            message: "a",
            severity: .error,
            time: WallTime(seconds: 1, nanoseconds: 0),
            fields: [
                "extra.short_message": "'b'", "extra.level": "7", "file": "'f'", "extra.file": "'g'", "procid": "'1'",
                "extra.pid": "'2'", "extra.timestamp": "2", "extra.host": "5", "hostname": "'h'", "line": "7",
                "extra.line": "8",
                "extra.version": "'2.0'",
            ]
        )
        #expect(outcome == expected)
    }

    @Test func theEndingOfTCPMayEndADatagramToo() {
        #expect(parse("{\"short_message\":\"x\"}\n\0") == Outcome(message: "x", severity: .informational))
    }

    @Test func namesMayBeWrittenWithEscapes() {
        let outcome = parse(#"{"\u0073hort_message":"x","\u005fa":1,"_\u00e4":2}"#)
        #expect(outcome == Outcome(message: "x", severity: .informational, fields: ["extra.a": "1", "extra.ä": "2"]))
    }

    // MARK: noise

    /// One parser and one record for all, as on a loop: nothing of one message may show in the next.
    @Test func everyTruncationAndManyMutations() throws {
        var record = LogRecord(nil, severity: .debug)
        var parser = GELFParser()
        var random = SeededGenerator(seed: 5)
        for name in ["graypy-tcp", "pygelf-tcp"] {
            for message in try fixture("\(name).stream").split(separator: 0).map(Array.init) {
                for count in 0..<message.count {
                    let part = Array(message.prefix(count))
                    let outcome = parse(part, &parser, &record)
                    #expect(outcome.message == String(decoding: part, as: UTF8.self))
                    #expect(outcome.fields == ["fault": "'the message is not a JSON object'"])
                }
                for _ in 0..<200 {
                    var changed = message
                    for _ in 0..<Int.random(in: 1...4, using: &random) {
                        let index = Int.random(in: 0..<changed.count, using: &random)
                        switch Int.random(in: 0..<3, using: &random) {
                        case 0: changed[index] = UInt8.random(in: 0...255, using: &random)
                        case 1: changed.remove(at: index)
                        default: changed.insert(changed[Int.random(in: 0..<changed.count, using: &random)], at: index)
                        }
                    }
                    let outcome = parse(changed, &parser, &record)
                    #expect(outcome == parse(changed))
                    #expect(record.message.count + record.bytes.count <= 8 * changed.count + 200)
                }
            }
        }
    }

    @Test func randomBytesAreTaken() {
        var record = LogRecord(nil, severity: .debug)
        var parser = GELFParser()
        var random = SeededGenerator(seed: 6)
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<100, using: &random)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let outcome = parse(noise, &parser, &record)
            #expect(outcome.severity == .informational)
            #expect(outcome.fields["fault"] == "'the message is not a JSON object'")
        }
    }
}
