import LogFormats
import LogRecords
import TestSupport
import Testing

/// The fields that members of a line become.
///
/// See `JSONCapturedTests` for real output of libraries.
@Suite struct JSONParserTests {
    // MARK: the message

    @Test(arguments: [
        "message", "msg", "event", "@message", "short_message", "body", "log", "text", "MESSAGE", "@m",
        "record.message",
    ])
    func messageHasManyNames(_ name: String) {
        let parsed = ParsedJSON("{\"\(name)\":\"hello\",\"a\":1}")
        #expect(parsed.lines == ["severity=info", "message=hello", "extra.a=integer 1"])
    }

    @Test func firstOfTheMessagesIsTakenAndOthersStay() {
        let names = ["message", "msg", "event", "@message", "short_message", "body", "log", "text"]
        for place in names.indices {
            // In any order: the last comes first.
            let members = names[place...].reversed().map { "\"\($0)\":\"of \($0)\"" }
            let parsed = ParsedJSON("{\(members.joined(separator: ","))}")
            #expect(parsed["message"] == "of \(names[place])")
            for other in names[(place + 1)...] { #expect(parsed["extra.\(other)"] == "\"of \(other)\"") }
            #expect(parsed.lines.count == 2 + names.count - place - 1)
        }
    }

    @Test func aMessageThatIsNotTextStays() {
        let parsed = ParsedJSON(#"{"message":{"a":[1]},"event":7,"msg":"","body":"hello"}"#)
        let expected = ["message=hello", #"extra.message=json {"a":[1]}"#, "extra.event=integer 7", "extra.msg=\"\""]
        #expect(parsed.lines == ["severity=info"] + expected)
    }

    @Test func withoutMessageTheWholeObjectIsIt() {
        let parsed = ParsedJSON("{ \"level\": \"error\",\t\"code\": 7, \"a\": [1, 2] }\n")
        let message = #"message={"level":"error","code":7,"a":[1,2]}"#
        #expect(
            parsed.lines == [
                "severity=error", message, "level_name=error", "extra.code=integer 7", "extra.a=json [1,2]",
            ]
        )
        #expect(ParsedJSON("{}").lines == ["severity=info", "message={}"])
    }

    @Test func theEndingOfALineOfOutputIsLeftOut() {
        #expect(ParsedJSON(#"{"log":"hello\r\n"}"#)["message"] == "hello")
        #expect(ParsedJSON(#"{"log":"hello\n\n"}"#)["message"] == "hello\n")
        #expect(ParsedJSON(#"{"message":"hello\n"}"#)["message"] == "hello\n")
    }

    @Test(arguments: ["[]", "[1,256]", "[-1]", "[1.0]", "[\"a\"]", "[1,[2]]", "[true]", "7"])
    func anArrayOfOtherThanBytesIsNotAMessage(_ value: String) {
        let parsed = ParsedJSON("{\"MESSAGE\":\(value),\"msg\":\"x\"}")
        #expect(parsed["message"] == "x")
        #expect(parsed["extra.MESSAGE"] != nil)
    }

    // MARK: the severity

    @Test(arguments: [
        (
            Severity.debug,
            [
                "trace", "verbose", "debug", "dbg", "silly", "D", "t", "DEBUG-4", "DEBUG+3", "10", "20", "-4", "-8",
                "7", "100",
            ]
        ),
        (
            .informational,
            ["info", "information", "Informational", "I", "http", "DEFAULT", "INFO+1", "30", "35", "6", "200"]
        ),
        (.notice, ["notice", "NOTICE", "INFO+2", "info+3", "5", "300", "success"]),
        (.warning, ["warn", "warning", "Warning", "WARN", "W", "WARN+3", "INFO+4", "40", "4", "400"]),
        (.error, ["err", "error", "ERROR", "E", "ERROR+2", "50", "3", "8", "500"]),
        (.critical, ["crit", "critical", "fatal", "panic", "dpanic", "F", "ERROR+4", "60", "2", "600"]),
        (.alert, ["alert", "1", "700"]), (.emergency, ["emerg", "emergency", "EMERGENCY", "0", "800"]),
    ])
    func levelsByNameAndNumber(_ severity: Severity, _ levels: [String]) {
        for level in levels {
            for name in ["level", "severity", "log.level", "PRIORITY", "@l", "lvl"] {
                let parsed = ParsedJSON("{\"msg\":\"x\",\"\(name)\":\"\(level)\"}")
                #expect(parsed["severity"] == severity.name, "\(level)")
                guard let number = Int64(level) else {
                    #expect(parsed["level_name"] == level)
                    continue
                }
                #expect(parsed["levelno"] == (number == Int64(severity.rawValue) ? nil : level))
                #expect(ParsedJSON("{\"msg\":\"x\",\"\(name)\":\(level)}").lines == parsed.lines)
            }
        }
    }

    @Test(arguments: [
        "\"loud\"", "\"\"", "9.5", "-9", "801", "99999999999999999999", "null", "[1]", "{\"a\":1}", "\"INFO+\"",
        "\"+2\"",
        "\"NOTICE+1\"", "\"INFO+99999\"", "\"-\"", "\"07\"", "\"informational_\"", "\"averylongnameofalevel\"",
        "\"1e1\"",
    ])
    func levelThatIsNoneStays(_ level: String) {
        let parsed = ParsedJSON("{\"msg\":\"x\",\"level\":\(level)}")
        #expect(parsed["severity"] == "info")
        #expect(parsed["extra.level"] != nil)
        #expect(parsed["level_name"] == nil)
        #expect(parsed["levelno"] == nil)
    }

    @Test func numbersArePythonsBesidePythonsNames() {
        #expect(ParsedJSON(#"{"msg":"x","level":20}"#)["severity"] == "debug")
        #expect(ParsedJSON(#"{"msg":"x","levelno":20}"#).lines == ["severity=info", "message=x", "levelno=20"])
        #expect(ParsedJSON(#"{"msg":"x","levelno":25}"#)["severity"] == "warning")
        #expect(ParsedJSON(#"{"msg":"x","levelno":51}"#)["severity"] == "alert")
        let named = ParsedJSON(#"{"msg":"x","level":20,"levelname":"LOUD"}"#)
        #expect(named.lines == ["severity=info", "message=x", "levelno=20", "level_name=LOUD"])
    }

    @Test func nameCountsMoreThanNumberAndNothingIsLost() {
        let monolog = ParsedJSON(#"{"message":"x","level":400,"level_name":"ERROR"}"#)
        #expect(monolog.lines == ["severity=error", "message=x", "levelno=400", "level_name=ERROR"])
        let both = ParsedJSON(#"{"message":"x","level":"warn","levelname":"LOUD","levelno":10}"#)
        let expected = ["severity=warning", "message=x", "extra.level=\"warn\"", "level_name=LOUD", "levelno=10"]
        #expect(both.lines == expected)
        let numbers = ParsedJSON(#"{"message":"x","level":30,"levelno":10}"#)
        #expect(numbers.lines == ["severity=debug", "message=x", "extra.level=integer 30", "levelno=10"])
        let two = ParsedJSON(#"{"message":"x","severity":3,"level":"warn"}"#)
        #expect(two.lines == ["severity=warning", "message=x", "extra.severity=integer 3", "level_name=warn"])
    }

    // MARK: the time

    @Test(arguments: [
        ("\"2023-11-14T22:13:20Z\"", "1700000000.000000000"),
        ("\"2023-11-14 23:13:20.5+01:00\"", "1700000000.500000000"),
        ("1700000000", "1700000000.000000000"), ("1700000000.25", "1700000000.250000000"),
        ("1700000000123", "1700000000.123000000"), ("1700000000123.5", "1700000000.123500000"),
        ("1700000000123456", "1700000000.123456000"), ("1700000000123456789", "1700000000.123456789"),
        ("\"1700000000123456\"", "1700000000.123456000"), ("100000000", "100000000.000000000"),
    ])
    func timesOfEveryUnit(_ value: String, _ expected: String) {
        for name in [
            "time", "timestamp", "@timestamp", "ts", "@t", "created", "__REALTIME_TIMESTAMP", "record.time.timestamp",
        ] {
            let parsed = ParsedJSON("{\"msg\":\"x\",\"\(name)\":\(value)}")
            #expect(parsed.lines == ["severity=info", "time=\(expected)", "message=x"])
        }
    }

    @Test(arguments: [
        "\"yesterday\"", "\"\"", "12.5", "-1700000000", "1.7e9", "null", "true", "[1700000000]", "{}", "{\"a\":1}",
        "\"22:13:20\"", "\"2023-11-14\"", "\"2023-13-14T22:13:20Z\"",
        "{\"date\":\"2023-11-14 22:13:20\",\"timezone\":\"Europe/Paris\"}", "99999999999999999999999",
        "1700000000123456789012",
    ])
    func timeThatIsNoneStays(_ value: String) {
        let parsed = ParsedJSON("{\"msg\":\"x\",\"time\":\(value)}")
        #expect(parsed["time"] == nil)
        #expect(parsed["extra.time"] != nil)
        // Another that is a time is taken, though it would be the second choice.
        let other = ParsedJSON("{\"ts\":1700000000,\"msg\":\"x\",\"time\":\(value)}")
        #expect(other["time"] == "1700000000.000000000")
        #expect(other["extra.time"] == parsed["extra.time"])
    }

    @Test func timeInParts() {
        let parsed = ParsedJSON(#"{"msg":"x","timestamp":{"seconds":"1700000000","nanos":5,"zone":1}}"#)
        #expect(
            parsed.lines == [
                "severity=info", "time=1700000000.000000005", "message=x", "extra.timestamp.zone=integer 1",
            ]
        )
        let alone = ParsedJSON(#"{"msg":"x","timestamp":{"nanos":5}}"#)
        #expect(alone.lines == ["severity=info", "message=x", "extra.timestamp.nanos=integer 5"])
        let tooLarge = ParsedJSON(#"{"msg":"x","time":{"seconds":9223372036854775807,"nanos":1000000000}}"#)
        let kept = ["extra.time.seconds=integer 9223372036854775807", "extra.time.nanos=integer 1000000000"]
        #expect(tooLarge.lines == ["severity=info", "message=x"] + kept)
    }

    // MARK: other members

    @Test func namesWithDotsAndObjectsAreTheSame() {
        let dotted = ParsedJSON(#"{"message":"x","log.logger":"a","host.name":"h","process.pid":7,"service.name":"s"}"#)
        let nested = ParsedJSON(
            #"{"message":"x","log":{"logger":"a"},"host":{"name":"h"},"process":{"pid":7},"service":{"name":"s"}}"#
        )
        let expected = ["severity=info", "message=x", "logger=a", "hostname=h", "procid=7", "app_name=s"]
        #expect(dotted.lines == expected)
        #expect(nested.lines == expected)
    }

    @Test func restOfAnObjectIsKept() {
        let parsed = ParsedJSON(
            #"{"message":"x","log":{"logger":"a","origin":{"file":{"name":"f","size":[1]},"id":"i"},"":0},"error":{"code":5}}"#
        )
        let rest = ["extra.log.=integer 0", "extra.log.origin.id=\"i\"", "extra.log.origin.file.size=json [1]"]
        #expect(
            Set(parsed.lines)
                == Set(["severity=info", "message=x", "logger=a", "file=f", "extra.error=json {\"code\":5}"] + rest)
        )
    }

    @Test func objectOfTheSameNameAgainIsKeptWhole() {
        let parsed = ParsedJSON(#"{"message":"x","log":{"logger":"a"},"log":{"logger":"b"}}"#)
        #expect(parsed.lines == ["severity=info", "message=x", #"extra.log=json {"logger":"b"}"#, "logger=a"])
    }

    @Test func objectWithVeryManyMembersIsKeptWhole() {
        let members = (0..<100).map { "\"k\($0)\":0" }.joined(separator: ",")
        let parsed = ParsedJSON("{\"message\":\"x\",\"log\":{\"logger\":\"a\",\(members)}}")
        #expect(parsed.lines == ["severity=info", "message=x", "extra.log=json {\"logger\":\"a\",\(members)}"])
    }

    @Test func fileMayHaveTheLineWithIt() {
        #expect(ParsedJSON(#"{"msg":"x","caller":"a/b.go:42"}"#).lines[2...] == ["file=a/b.go", "line=42"])
        #expect(ParsedJSON(#"{"msg":"x","file":"/b.go:1"}"#).lines[2...] == ["file=/b.go", "line=1"])
        #expect(ParsedJSON(#"{"msg":"x","file":"b.go:1","line":7}"#).lines[2...] == ["file=b.go:1", "line=7"])
        #expect(ParsedJSON(#"{"msg":"x","file":"b.go:042"}"#).lines[2...] == ["file=b.go:042"])
        #expect(ParsedJSON(#"{"msg":"x","file":":1"}"#).lines[2...] == ["file=:1"])
        #expect(ParsedJSON(#"{"msg":"x","caller":"me"}"#).lines[2...] == ["extra.caller=\"me\""])
        #expect(
            ParsedJSON(#"{"msg":"x","source":"web","file":"a"}"#).lines[2...] == ["extra.source=\"web\"", "file=a"]
        )
    }

    @Test func valueOfAnotherTypeThanExpectedStays() {
        let parsed = ParsedJSON(
            #"{"msg":"x","logger":1,"name":["a"],"pid":1.5,"hostname":null,"app":"","line":"x","funcName":{},"exception":"one line","facility":24,"thread":5}"#
        )
        let expected = [
            "extra.logger=integer 1", "extra.name=json [\"a\"]", "extra.pid=json 1.5", "extra.hostname=json null",
            "extra.app=\"\"", "extra.line=\"x\"", "extra.funcName=json {}", "extra.exception=\"one line\"",
            "extra.facility=integer 24", "extra.thread=integer 5",
        ]
        #expect(parsed.lines == ["severity=info", "message=x"] + expected)
    }

    @Test func typesAreKept() {
        let parsed = ParsedJSON(
            #"{"msg":"x","i":-7,"f":1.50,"e":1E+400,"n":-0,"big":123456789012345678901234567890,"t":true,"z":null,"s":"7","o":{ "a" : [ 1 , "\t" ] },"ü":"\u00fc"}"#
        )
        let expected = [
            "i=integer -7", "f=json 1.50", "e=json 1E+400", "n=json -0", "big=json 123456789012345678901234567890",
            "t=json true", "z=json null", "s=\"7\"", #"o=json {"a":[1,"\t"]}"#, "ü=\"ü\"",
        ]
        #expect(parsed.lines == ["severity=info", "message=x"] + expected.map { "extra." + $0 })
    }

    @Test func sameNameAgainIsKept() {
        let parsed = ParsedJSON(#"{"message":"a","message":"b","k":1,"k":2,"level":"info","level":"warn"}"#)
        let expected = [
            "extra.message=\"b\"", "extra.k=integer 1", "extra.k=integer 2", "level_name=info", "extra.level=\"warn\"",
        ]
        #expect(parsed.lines == ["severity=info", "message=a"] + expected)
    }

    @Test func escapedNamesAreTheSameNames() {
        #expect(
            ParsedJSON(#"{"\u006dessage":"x","l\u006fg":{"l\u006fgger":"a"}}"#).lines == [
                "severity=info", "message=x", "logger=a",
            ]
        )
    }
}
