import Foundation
import LogBackends
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Records of the daemon that come back to it as messages.
@Suite struct ReturnedRecordTests {
    private static let fault = "the message is a record of sockserved"

    /// A server whose records are lines as a file has them.
    private func lines() throws -> TestServer {
        let file = FileBackend(path: "unused", format: .json)
        return try TestServer(
            MemoryBackend(encoding: { record in
                var bytes: [UInt8] = []
                var encoder = file.makeEncoder()
                encoder.encode(record, into: &bytes)
                return bytes
            })
        )
    }

    private struct Line: Decodable {
        let message: String
        let fault: String?
        let event: String?
    }

    private func parse(_ line: String) throws -> Line {
        try JSONDecoder().decode(Line.self, from: Data(line.utf8))
    }

    /// Each line is sent back, as by something that follows the file, twelve times.
    @Test(arguments: [("syslog", "<14>Nov 25 10:00:00 web1 app: "), ("syslog", ""), ("json", ""), ("gelf", "")])
    func aRecordThatGoesRoundDoesNotGrow(format: String, header: String) throws {
        let test = try lines()
        let client = try Client(try test.receive(format))
        let first =
            format == "syslog" ? "<14>Nov 25 10:00:00 web1 app: \"quoted\" text" : #"{"message":"\"quoted\" text"}"#
        try client.send(format == "gelf" ? #"{"version":"1.1","host":"h","short_message":"\"quoted\" text"}"# : first)
        var sizes: [Int] = []
        for round in 1...12 {
            #expect(eventually { records(test).count == round })
            let line = try #require(records(test).last)
            sizes.append(line.utf8.count)
            let parsed = try parse(line)
            #expect(parsed.message.contains("\"quoted\" text") || parsed.message.contains(#"\"quoted\" text"#))
            // Among the extra fields where the message has a fault of its own besides.
            #expect(line.contains("\"\(Self.fault)\"") == (round > 1))
            try client.send(header + line)
        }
        #expect(Set(sizes[4...]).count == 1, "\(sizes)")
        #expect(try #require(sizes.max()) < 3 * sizes[0] + 500, "\(sizes)")
        #expect(eventually { test.server.metrics.messages.returned == 12 })
        let reports = try test.messages.map(parse).filter { $0.event == "records-returned" }
        #expect(reports.count == 1, "one in a minute")
        #expect(reports[0].message.hasPrefix("Records of sockserved come back to it, the last of 1 from 127.0.0.1:"))
    }

    /// Those of senders, without the report.
    private func records(_ test: TestServer) -> [String] {
        test.messages.filter { !$0.contains("\"event\":") }.map { $0.trimmingCharacters(in: .newlines) }
    }

    @Test(arguments: [
        ("syslog", "<30>Nov 25 10:00:00 web1 sockserved[77]: Connection closed", true),
        ("syslog", "<30>1 - web1 sockserved 77 - - Connection closed", true),
        ("syslog", "<30>Nov 25 10:00:00 web1 sockservedx: text", false),
        (
            "syslog",
            "<30>Nov 25 10:00:00 web1 app: {\"time\":\"2026\",\"severity\":5} and so on, longer than the shortest line",
            false
        ),
        ("json", #"{"MESSAGE":"x","SOCKSERVED_PEER":"192.0.2.1:5"}"#, true),
        ("json", #"{"message":"x","SOCKS":1,"SERVED_PEER":2}"#, false),
        ("json", #"{"time":"2026-11-25T10:00:00.123456Z","severity":6,"message":"a service of another kind"}"#, true),
        ("json", #"{"time":"2026-11-25T10:00:00.1Z","severity":6,"message":"a service of quite another kind"}"#, false),
    ])
    func ownRecordsAreRecognizedByTextThatOnlyTheDaemonWrites(format: String, message: String, isOurs: Bool) throws {
        let test = try lines()
        try Client(try test.receive(format)).send(message)
        #expect(eventually { records(test).count == 1 })
        #expect(try parse(try #require(records(test).first)).fault == (isOurs ? Self.fault : nil))
        #expect(test.server.metrics.messages.returned == (isOurs ? 1 : 0))
    }

    /// Lines that are cut anywhere are marked or not, and never a trap.
    @Test func everyTruncationIsTaken() {
        let inner = #"{"time":"2026-11-25T10:00:00.123456Z","severity":6,"level":"info","message":"x \"y\"","#
        let line = Array((inner + "\"fault\":\"\(Self.fault)\"}").utf8)
        for count in 0...line.count {
            let text = Array(line.prefix(count))
            var record = LogRecord(nil, severity: .informational)
            record.message = text
            let isMarked = ReturnedRecord.mark(&record, of: [UInt8]().span)
            #expect(isMarked == (count > 64), "\(count)")
            if count == line.count { #expect(record.message == Array("x \"y\"".utf8)) }
        }
    }
}
