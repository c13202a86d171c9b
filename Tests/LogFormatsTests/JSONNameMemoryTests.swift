import LogFormats
import LogRecords
import TestSupport
import Testing

/// A parser remembers the names of the last message: its records are the same as those of a parser that never read one.
@Suite struct JSONNameMemoryTests {
    private static let names = [
        "message", "msg", "level", "time", "timestamp", "logger", "host", "pid", "version", "short_message", "_pid",
        "_logger", "_level", "request_id", "requestId", "Request_Id", "a", "ab", "abc", "", "levelname", "lineno",
        "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaa", "aaaaaaaabaaaaaaaa", "aaaaaaaacaaaaaaaa",
        "\\u006dessage", "hostname", "_hostname", "log", "ecs", "error", "full_message", "facility",
    ]

    private static func object(_ generator: inout SeededGenerator, last: [String]) -> (text: [UInt8], names: [String]) {
        var names = last
        // Mostly the same names, some of them changed, removed or added.
        for index in names.indices where Int.random(in: 0..<4, using: &generator) == 0 {
            names[index] = Self.names.randomElement(using: &generator) ?? ""
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            names = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                Self.names.randomElement(using: &generator) ?? ""
            }
        }
        let values = ["\"text\"", "6", "\"error\"", "1795424400.5", "null", "{\"name\": \"x\", \"level\": \"warn\"}"]
        // Mostly as Python writes them.
        let isUsual = Int.random(in: 0..<3, using: &generator) > 0
        let colon = isUsual ? ": " : [":", " : ", ":  ", ":\t", ":\n"].randomElement(using: &generator) ?? ":"
        let comma = isUsual ? ", " : [",", " , ", ",  ", " ,\r\n"].randomElement(using: &generator) ?? ","
        let members = names.map { "\"\($0)\"\(colon)\(values.randomElement(using: &generator) ?? "1")" }
        var text = Array("{\(members.joined(separator: comma))}".utf8)
        // Some are cut, or have another byte.
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: text.removeLast(Int.random(in: 0...text.count, using: &generator))
        case 1:
            let place = Int.random(in: 0..<text.count, using: &generator)
            text[place] = UInt8.random(in: 0x20..<0x80, using: &generator)
        default: break
        }
        return (text, names)
    }

    @Test func jsonIsReadTheSame() {
        var generator = SeededGenerator(seed: 77)
        var names: [String] = []
        var parser = JSONParser()
        for _ in 0..<3000 {
            let object = Self.object(&generator, last: names)
            names = object.names
            #expect(ParsedJSON(object.text, parser: &parser).lines == ParsedJSON(object.text).lines)
        }
    }

    @Test func gelfIsReadTheSame() {
        var generator = SeededGenerator(seed: 78)
        var names: [String] = []
        var parser = GELFParser()
        for _ in 0..<3000 {
            let object = Self.object(&generator, last: names)
            names = object.names
            var fresh = GELFParser()
            #expect(Self.text(object.text, &parser) == Self.text(object.text, &fresh))
        }
    }

    /// More names than are kept.
    @Test func manyNames() {
        var parser = JSONParser()
        for number in 0..<300 {
            let text = Array("{\"message\":\"m\",\"n\(number)\":1,\"level\":\"warn\",\"n\(number % 70)\":2}".utf8)
            #expect(ParsedJSON(text, parser: &parser).lines == ParsedJSON(text).lines)
        }
    }

    /// An object has the same names as the last one up to each of its bytes.
    @Test func everyTruncationAndEveryOtherByte() {
        let text = Array(#"{"t": 1, "message": "text", "level":"warn", "a_name_of_24_byt": null, "x":{"y":[0]}}"#.utf8)
        let bytes = Array("\" \\:{\0".utf8) + [0xC3]
        var parser = JSONParser()
        for place in text.indices {
            _ = ParsedJSON(text, parser: &parser)
            let part = Array(text[..<place])
            #expect(ParsedJSON(part, parser: &parser).lines == ParsedJSON(part).lines)
            for byte in bytes {
                _ = ParsedJSON(text, parser: &parser)
                var other = text
                other[place] = byte
                #expect(ParsedJSON(other, parser: &parser).lines == ParsedJSON(other).lines)
            }
        }
    }

    private static func text(_ message: [UInt8], _ parser: inout GELFParser) -> String {
        let now = WallTime(seconds: 1, nanoseconds: 0)
        var record = LogRecord(nil, severity: .debug, time: now)
        parser.parse(message.span, into: &record, ReceiveContext(time: now, secondsFromUTC: 0))
        let time = String(describing: record.claimedTime)
        return "\(record.severity) \(time) \(record.message) \(record.fields) \(record.bytes)"
    }
}
