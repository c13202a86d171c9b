import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

extension GELFParserTests {
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
        // A number counts as text, other types do not.
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
    func textThatIsNotAJSONObjectIsAMessageWithAFault(_ text: String) {
        let fields = ["fault": "'the message is not a JSON object'"]
        #expect(parse(text) == Outcome(message: text, severity: .informational, fields: fields))
    }

    @Test func invalidUTF8IsKeptAsReceived() {
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
}
