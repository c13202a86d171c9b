import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

@Suite struct GELFParserTests {
    /// A record as a reader sees it: each field by its name in JSON output, `extra.` before what the sender attached.
    struct Outcome: Equatable {
        var message = ""
        var severity = Severity.debug
        var facility: Facility?
        var time: WallTime?
        var fields: [String: String] = [:]
    }

    static let received = WallTime(seconds: 1_800_000_000, nanoseconds: 5)

    func parse(_ message: [UInt8]) -> Outcome {
        var record = LogRecord(nil, severity: .debug, time: Self.received)
        var parser = GELFParser()
        return parse(message, &parser, &record)
    }

    func parse(_ text: String) -> Outcome { parse(Array(text.utf8)) }

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
        // 25, which GELF does not have: kept, and taken as Python's.
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
