import Foundation
import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

/// Senders' records as JSON lines.
@Suite struct JSONSenderTests {
    private func line(_ record: LogRecord) -> String {
        String(decoding: LineFormat.json.line(of: record), as: UTF8.self)
    }

    private func object(_ record: LogRecord) throws -> [String: Any] {
        let line = line(record)
        #expect(line.hasSuffix("}\n"))
        #expect(!line.unicodeScalars.dropLast().contains { $0.properties.generalCategory == .control })
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    /// The keys of an object as they are written; a parser keeps one of each.
    private func keys(_ line: String, of name: String) throws -> [String] {
        let start = try #require(line.range(of: "\"\(name)\":{"))
        let end = try #require(line.range(of: "}", range: start.upperBound..<line.endIndex))
        return line[start.upperBound..<end.lowerBound].split(separator: ",").map { member in
            String(member.prefix { $0 != ":" })
        }
    }

    @Test func everyRowOfTheTableHasItsKey() throws {
        let object = try object(.full)
        let expected: [String: Any] = [
            "time": "2023-09-04T12:00:00.123456Z", "severity": 4, "level": "warning", "facility": 19,
            "timestamp": "2020-09-13T12:26:40.005000Z", "message": "hello", "protocol": "syslog", "listener": "logs",
            "peer": "192.0.2.7:514", "peer_address": "192.0.2.7", "peer_port": 514, "connection": 9,
            "app_name": "nginx", "procid": "1234", "hostname": "web-1.example.org", "msgid": "ID47",
            "logger": "app.db", "level_name": "LOUD", "levelno": 35, "file": "/srv/app/db.core.py", "line": 42,
            "function": "connect", "process_name": "MainProcess", "thread_name": "Thread-1",
            "exc_text": "Traceback:\n  ValueError: x", "stack_info": "Stack:\n  here", "fault": "the time is wrong",
            "original_length": 2_000_000, "held_back": 3, "raw_base64": "PP8K",
            "claimed_severity": 0, "claimed_facility": 4,
            "extra": [
                "user": "zoé", "count": -7, "ratio": 0.5, "tags": ["a", ["b": NSNull()]] as [Any],
                "blob_base64": "/w==",
            ] as [String: Any],
            "structured_data": [
                "ex@32473": ["ip": ["192.0.2.1", "192.0.2.129"], "class": "high"] as [String: Any],
                "origin": [String: Any](),
            ],
        ]
        #expect(object as NSDictionary == expected as NSDictionary)
    }

    @Test func whatASenderDoesNotSayIsNotThere() throws {
        #expect(
            Set(try object(.ofSender()).keys) == [
                "time", "severity", "level", "message", "protocol", "listener", "peer", "peer_address", "peer_port",
                "connection",
            ]
        )
    }

    @Test func aTimeWithoutMeaningIsAsWritten() throws {
        let record = LogRecord.ofSender { $0.set(.timestampText, "yesterday") }
        let object = try object(record)
        #expect(object["timestamp_text"] as? String == "yesterday")
        #expect(object["timestamp"] == nil)
    }

    @Test func everyTimeOfTheGregorianCalendarIsRight() throws {
        var generator = SeededGenerator(seed: 31)
        let ends: [Int64] = [
            0, -1, 951_782_399, 951_782_400, 951_868_800, -62_167_219_200, -62_162_035_201, -62_162_035_200,
            253_402_300_799,
        ]
        for seconds in ends + (0..<5000).map({ _ in .random(in: -62_167_219_200...253_402_300_799, using: &generator) })
        {
            let record = LogRecord.ofSender { $0.claimedTime = WallTime(seconds: seconds, nanoseconds: 999_999_999) }
            var time = time_t(seconds)
            var parts = tm()
            gmtime_r(&time, &parts)
            let expected = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d.999999Z",
                parts.tm_year + 1900,
                parts.tm_mon + 1,
                parts.tm_mday,
                parts.tm_hour,
                parts.tm_min,
                parts.tm_sec
            )
            #expect(try object(record)["timestamp"] as? String == expected)
        }
    }

    @Test(arguments: [Int64.min, -62_167_219_201, 253_402_300_800, .max])
    func aYearThatCannotBeWrittenIsLeftOut(seconds: Int64) throws {
        let record = LogRecord.ofSender {
            $0.claimedTime = WallTime(seconds: seconds, nanoseconds: 1)
            $0.set(.timestampText, "far away")
        }
        let object = try object(record)
        #expect(object["timestamp"] == nil)
        #expect(object["timestamp_text"] as? String == "far away")
    }

    // MARK: names

    @Test func aSendersNamesCannotPassForOurs() throws {
        let record = LogRecord.ofSender {
            for name in ["time", "message", "peer", "event", "extra", "severity"] { $0.extra(name, "forged") }
        }
        let object = try object(record)
        #expect(object["message"] as? String == "hello")
        #expect(object["peer"] as? String == "192.0.2.7:514")
        #expect(object["event"] == nil)
        #expect((object["extra"] as? [String: Any])?.count == 6)
    }

    @Test func strangeNamesAreEscapedAndStay() throws {
        let long = String(repeating: "n", count: 10_000)
        let record = LogRecord.ofSender {
            $0.extra("", "empty")
            $0.extra("größe \u{1F600}", "utf8")
            $0.extra("a\"b\\c\nd\u{202e}\u{1b}", "evil")
            $0.extra(long, "long")
            $0.extra([0x61, 0xFF], bytes: Array("first".utf8))
            $0.extra([0x61, 0xFE], bytes: Array("second".utf8))
        }
        let text = line(record)
        #expect(!text.unicodeScalars.contains("\u{202e}"))
        let extra = try #require(try object(record)["extra"] as? [String: String])
        #expect(
            extra == [
                "": "empty", "größe \u{1F600}": "utf8", "a\"b\\c\nd\u{202e}\u{1b}": "evil", long: "long",
                "a\u{FFFD}": "first", "F_a\u{FFFD}": "second",
            ]
        )
    }

    @Test func takenNamesGetAPrefix() throws {
        let record = LogRecord.ofSender {
            $0.extra("F_2_a", "0")
            for index in 1...4 { $0.extra("a", "\(index)") }
            $0.extra("F_a", "5")
            $0.extra("a_base64", "6")
            $0.extra("a", bytes: [0xFF])
            $0.set(.appName, "first")
            $0.set(.appName, "again")
        }
        let object = try object(record)
        let extra = try #require(object["extra"] as? [String: String])
        #expect(
            extra == [
                "F_2_a": "0", "a": "1", "F_a": "2", "F_3_a": "3", "F_4_a": "4", "F_F_a": "5", "a_base64": "6",
                "F_a_base64": "/w==", "app_name": "again",
            ]
        )
        #expect(object["app_name"] as? String == "first")
        #expect(try keys(line(record), of: "extra").count == 9)
    }

    @Test func manyEqualNamesTakeLittleTimeAndSpace() throws {
        let count = 20_000
        let record = LogRecord.ofSender {
            for index in 0..<count { $0.extra("a", integer: Int64(index)) }
            // All names that copies of the first would get, before and after.
            for index in 2..<count { $0.extra("F_\(index)_b", integer: 0) }
            for index in 0..<count { $0.extra("b", integer: Int64(index)) }
        }
        let start = ContinuousClock.now
        let text = line(record)
        // Quadratic work would be hundreds of millions of comparisons, here without optimization.
        #expect(.now - start < .seconds(20))
        #expect(text.utf8.count < 3 * count * 24)
        let extra = try #require(try object(record)["extra"] as? [String: Int])
        #expect(extra.count == 3 * count - 2)
        #expect(Set(extra.filter { $0.key.hasSuffix("a") }.values).count == count)
    }

    // MARK: structured data

    @Test func elementsOfOneIdStayApart() throws {
        let record = LogRecord.ofSender {
            $0.structured("a", "x", "1")
            $0.structured("a", "y", "2")
            $0.structured("b", "x", "3")
            $0.structured("a", "x", "4")
            $0.structured("c", "", "")
            $0.structured("", "", "5")
        }
        let data = try #require(try object(record)["structured_data"] as? [String: [String: String]])
        #expect(data == ["a": ["x": "1", "y": "2"], "b": ["x": "3"], "F_a": ["x": "4"], "c": [:], "": ["": "5"]])
    }

    @Test func strangeParametersAreKept() throws {
        let record = LogRecord.ofSender {
            $0.structured([0x61, 0xFF], [0x62, 0xFE], [0x31])
            $0.structured([0x61, 0xFF], [0x62, 0xFD], [0x32])
            $0.structured([0x61, 0xFF], [0x63], [0x33])
            $0.structured([0x61, 0xFF], [0x63], [0xFF])
            $0.structured([0x61, 0xFE], [0x62], [0x34])
        }
        let data = try #require(try object(record)["structured_data"] as? [String: [String: Any]])
        #expect(
            data as NSDictionary == [
                "a\u{FFFD}": ["b\u{FFFD}": "1", "F_b\u{FFFD}": "2", "c_base64": ["Mw==", "/w=="]] as [String: Any],
                "F_a\u{FFFD}": ["b": "4"],
            ] as NSDictionary
        )
    }

    @Test func manyParametersTakeLittleTime() throws {
        let count = 20_000
        let record = LogRecord.ofSender {
            for index in 0..<count { $0.structured("a", "p\(index % 2)", "\(index)") }
            for index in 0..<count { $0.structured(index % 2 == 0 ? "b" : "c", "p", "\(index)") }
        }
        let start = ContinuousClock.now
        let data = try #require(try object(record)["structured_data"] as? [String: [String: Any]])
        #expect(.now - start < .seconds(20))
        #expect(data["a"]?["p1"] as? [String] == stride(from: 1, to: count, by: 2).map { "\($0)" })
        #expect(data.count == 1 + count)
    }

    @Test func randomRecordsAreValidWithUniqueKeys() throws {
        var generator = SeededGenerator(seed: 32)
        let pieces: [[UInt8]] = [[], [0x61], [0x62], [0xFF], [0xC3], [0xC3, 0xBC], [0x22], [0x0A], Array("F_".utf8)]
        func text() -> [UInt8] {
            (0..<Int.random(in: 0...3, using: &generator)).flatMap { _ in
                pieces.randomElement(using: &generator) ?? []
            }
        }
        for _ in 0..<2000 {
            let count = Int.random(in: 0...12, using: &generator)
            let record = LogRecord.ofSender {
                for _ in 0..<count { $0.extra(text(), bytes: text()) }
                for _ in 0..<count { $0.structured(text(), text(), text()) }
            }
            let extra = try object(record)["extra"] as? [String: Any] ?? [:]
            // As many as there were: a repeated key would be lost here.
            #expect(extra.count == count)
        }
    }
}
