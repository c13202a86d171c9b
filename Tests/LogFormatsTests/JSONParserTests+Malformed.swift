import LogFormats
import LogRecords
import TestSupport
import Testing

extension JSONParserTests {
    @Test(arguments: [
        ("plain text", "the line is not a JSON object"), ("[1]", "the line is not a JSON object"),
        ("\"a\"", "the line is not a JSON object"),
        ("", "the line is not a JSON object"), ("{\"a\":1", "the line is not a JSON object: unexpected end at 6"),
        ("{\"a\":1}x", "the line is not a JSON object: unexpected byte at 7"),
        ("{'a':1}", "the line is not a JSON object: unexpected byte at 1"),
    ])
    func aLineThatIsNotAnObjectIsItsText(_ text: String, _ fault: String) {
        #expect(ParsedJSON(text).lines == ["severity=info", "message=\(text)", "fault=\(fault)"])
        #expect(ParsedJSON(text + "\r\n\0").lines == ParsedJSON(text).lines)
    }

    @Test func tooDeepIsText() {
        let text = "{\"a\":" + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}"
        #expect(
            ParsedJSON(text).lines == ["severity=info", "message=\(text)", "fault=the JSON object is too deep at 68"]
        )
    }

    @Test func byteOrderMarkAndEndingOfADatagramAreLeftOut() {
        #expect(ParsedJSON("\u{FEFF}{\"msg\":\"x\"}\0").lines == ["severity=info", "message=x"])
        #expect(ParsedJSON(" {\"msg\":\"x\"} \r\n").lines == ["severity=info", "message=x"])
    }

    @Test func whatHadToBeReplacedIsKeptRaw() {
        let line = #"{"msg":"a\ud800"}"#
        #expect(ParsedJSON(line).lines == ["severity=info", "message=a\u{FFFD}", "raw=\(line)"])
        for text in [
            Array(#"{"msg":"x","k":"\#u{1}"}"#.utf8), Array(#"{"msg":"x","\#u{1}":0}"#.utf8),
            Array(#"{"msg":"x","k":["\#u{1}"]}"#.utf8), Array("\u{1}".utf8),
        ] {
            // U+0001 stands for invalid UTF-8.
            let bytes = text.map { $0 == 1 ? 0xFF : $0 }
            let record = ParsedJSON(bytes).record
            guard case .bytes(let raw)? = record.value(of: .raw) else {
                Issue.record("no raw text: \(ParsedJSON(bytes).lines)")
                continue
            }
            #expect(Array(record.bytes[raw]) == bytes)
            #expect(String(validating: record.message, as: UTF8.self) != nil)
        }
    }

    @Test func parserIsUsedAgainAndAgain() {
        let lines = [
            #"{"message":"a","level":"error","time":1700000000,"lineno":7,"levelno":40,"log":{"logger":"l"}}"#,
            #"{"k":1}"#,
            "text", #"{"a":"#, #"{"msg":"b","timestamp":{"seconds":1700000000}}"#,
            #"{"log":{"level":"warn"},"facility":3}"#,
        ]
        var parser = JSONParser()
        for first in lines {
            for second in lines {
                _ = ParsedJSON(Array(first.utf8), parser: &parser)
                #expect(ParsedJSON(Array(second.utf8), parser: &parser).lines == ParsedJSON(second).lines)
            }
        }
    }
}
