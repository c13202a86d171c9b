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

    /// Compares a parser that has read other messages with one that has not.
    private static func compare(_ text: [UInt8], _ parser: inout any FormatParser) {
        var fresh = type(of: parser).init()
        #expect(made(text, &parser) == made(text, &fresh), "\(String(decoding: text, as: UTF8.self))")
    }

    /// All of the record.
    private static func made(_ text: [UInt8], _ parser: inout any FormatParser) -> String {
        let now = WallTime(seconds: 1, nanoseconds: 0)
        var record = LogRecord(nil, severity: .debug, time: now)
        do throws(MessageError) {
            try parser.parse(text.span, into: &record, ReceiveContext(time: now, secondsFromUTC: 0))
        } catch {
            return "\(error)"
        }
        let time = String(describing: record.claimedTime)
        return "\(record.severity) \(time) \(record.message) \(record.fields) \(record.bytes)"
    }

    @Test(arguments: [LogFormat.json, .gelf])
    func objectsAreReadTheSame(_ format: LogFormat) {
        var generator = SeededGenerator(seed: 77)
        var names: [String] = []
        var parser = format.parserType.init()
        for _ in 0..<3000 {
            let object = Self.object(&generator, last: names)
            names = object.names
            Self.compare(object.text, &parser)
        }
    }

    /// More names than are kept.
    @Test(arguments: [LogFormat.json, .gelf])
    func manyNames(_ format: LogFormat) {
        var parser = format.parserType.init()
        for number in 0..<300 {
            let text = "{\"message\":\"m\",\"n\(number)\":1,\"level\":\"warn\",\"n\(number % 70)\":2}"
            Self.compare(Array(text.utf8), &parser)
        }
    }

    /// An object has the same names as the last one up to each of its bytes.
    @Test(arguments: [LogFormat.json, .gelf])
    func everyTruncationAndEveryOtherByte(_ format: LogFormat) {
        let text = Array(#" {"t": 1, "message": "text", "level":"warn", "a_name_of_24_byt": null, "x":{"y":[0]}}"#.utf8)
        let bytes = Array("\" \\:{\0".utf8) + [0xC3]
        var parser = format.parserType.init()
        for place in text.indices {
            _ = Self.made(text, &parser)
            Self.compare(Array(text[..<place]), &parser)
            for byte in bytes {
                _ = Self.made(text, &parser)
                var other = text
                other[place] = byte
                Self.compare(other, &parser)
            }
        }
    }

    /// Times of the second of the last one are read faster.
    @Test(arguments: [LogFormat.json, .gelf])
    func timesAreReadTheSame(_ format: LogFormat) {
        var generator = SeededGenerator(seed: 79)
        var parser = format.parserType.init()
        let parts = [
            ["2026-11-23T09:15:07", "2026-11-23T09:15:07", "2026-11-23 09:15:08", "2026-02-29T09:15:07", "1795424400"],
            ["", ".5", ",123456", ".1234567890", "."],
            ["Z", "+01:00", "+01:00", "-01:30", "+24:00", "+0100", " +01", ""],
        ]
        for round in 0..<4000 {
            var time = Array(parts.map { $0.randomElement(using: &generator) ?? "" }.joined().utf8)
            if round % 3 == 0 {
                let place = Int.random(in: 0..<time.count, using: &generator)
                time[place] = UInt8.random(in: 0x23...0xFF, using: &generator)
            }
            Self.compare(Array("{\"timestamp\":\"".utf8) + time + Array("\"}".utf8), &parser)
        }
    }
}
