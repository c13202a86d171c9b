import Foundation
import TestSupport
import Testing

/// Python's own handlers, unchanged, and the records of their messages.
@Suite(.enabled(if: LogClient.python != nil, "python3 is not installed"))
struct PythonHandlerTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: ["tcp", "udp", "unix", "unixgram"])
    func socketAndDatagramHandler(kind: String) throws {
        let began = Date().timeIntervalSince1970
        let (records, client) = try log("python", to: kind)
        try #require(records.count == 5)
        #expect(records.map { $0["level"] } == ["debug", "warning", "error", "info", "critical"])
        #expect(
            records.map { $0["message"] } == [
                "first of 5", "Grüße, 世界 🎉", "no card 4242", "order A-17", "two\nlines",
            ]
        )
        for (record, level) in zip(records, ["debug", "warning", "error", "info", "critical"]) {
            #expect(record["level_name"] == level.uppercased())
            #expect(record["line"].flatMap { Int($0) } == client.lines[level])
            #expect(record.values("logger", "function", "file") == ["shop.billing", "<module>", client.file])
            #expect(record.values("process_name", "thread_name") == ["MainProcess", "MainThread"])
            #expect(record["procid"] == "\(client.pid)")
            #expect(record["protocol"] == "python")
            #expect(abs(try #require(record.timestamp) - began) < 60)
            // All of it is understood.
            #expect(record.values("raw", "fault", "facility") == [nil, nil, nil])
        }
        #expect(records.map { $0["levelno"] } == ["10", "30", "40", "20", "50"])
        #expect(client.isTraceback(try #require(records[2]["exc_text"])))
        #expect(records.map { $0["exc_text"] == nil } == [true, true, false, true, true])
        #expect(try #require(records[4]["stack_info"]).hasPrefix("Stack (most recent call last):\n"))
        expectExtra(of: records[3])
        #expect(records.map { $0["extra"] == nil } == [true, true, true, false, true])
    }

    @Test(arguments: ["tcp", "udp", "unix", "unixgram"])
    func sysLogHandler(kind: String) throws {
        let (records, client) = try log("syslog", to: kind)
        try #require(records.count == 5)
        #expect(records.map { $0["level"] } == ["debug", "warning", "error", "info", "critical"])
        #expect(records.map { $0["facility"] } == Array(repeating: "21", count: 5))
        #expect(records.map { $0["protocol"] } == Array(repeating: "syslog", count: 5))
        #expect(records[0]["message"] == "first of 5")
        #expect(records[1]["message"] == "Grüße, 世界 🎉")
        // Its lines are one record, on streams too.
        let error = try #require(records[2]["message"])
        #expect(error.hasPrefix("no card 4242\n"))
        #expect(client.isTraceback(error.dropFirst("no card 4242\n".count)))
        #expect(records[3]["message"] == "order A-17")
        #expect(try #require(records[4]["message"]).hasPrefix("two\nlines\nStack (most recent call last):\n"))
        // The handler sends no header, and nothing is taken for one.
        for record in records { #expect(record.values("app_name", "hostname", "procid") == [nil, nil, nil]) }
    }

    @Test func unixDatagramsTellWhoSentThem() throws {
        let (records, client) = try log("syslog", to: "unixgram")
        for record in records {
            #expect(record.values("peer_pid", "peer_uid") == ["\(client.pid)", "\(geteuid())"])
        }
    }

    @Test(.enabled(if: LogClient.packages != nil, "graypy is not there: make deps-test"), arguments: ["tcp", "udp"])
    func graypy(kind: String) throws {
        let began = Date().timeIntervalSince1970
        let (records, client) = try log("gelf", to: kind)
        try #require(records.count == 5)
        #expect(records.map { $0["level"] } == ["debug", "warning", "error", "info", "critical"])
        #expect(records.map { $0["protocol"] } == Array(repeating: "gelf", count: 5))
        #expect(records[0]["message"] == "first of 5")
        #expect(records[1]["message"] == "Grüße, 世界 🎉")
        #expect(records[3]["message"] == "order A-17")
        for (record, level) in zip(records, ["debug", "warning", "error", "info", "critical"]) {
            #expect(abs(try #require(record.timestamp) - began) < 60)
            #expect(try !#require(record["hostname"]).isEmpty)
            #expect(record["line"].flatMap { Int($0) } == client.lines[level])
        }
        #expect(records[2].description.contains("KeyError: '4242'"))
        #expect(records[3]["extra", "order_id"] == "A-17")
        #expect(records[3]["extra", "attempts"] == "3")
        #expect(records[3]["extra", "amount"] == "12.5")
    }

    @Test(
        .enabled(if: LogClient.packages != nil, "python-json-logger is not there: make deps-test"),
        arguments: ["tcp", "udp", "unix", "unixgram"]
    )
    func pythonJSONLogger(kind: String) throws {
        let (records, client) = try log("json", to: kind)
        try #require(records.count == 5)
        #expect(records.map { $0["level"] } == ["debug", "warning", "error", "info", "critical"])
        #expect(
            records.map { $0["message"] } == [
                "first of 5", "Grüße, 世界 🎉", "no card 4242", "order A-17", "two\nlines",
            ]
        )
        for record in records {
            #expect(record["protocol"] == "json")
            #expect(record["logger"] == "shop.billing")
            #expect(record["fault"] == nil)
        }
        #expect(client.isTraceback(try #require(records[2]["exc_text"])))
        #expect(try #require(records[4]["stack_info"]).hasPrefix("Stack (most recent call last):\n"))
        expectExtra(of: records[3])
    }

    // MARK: -

    /// Expects what `log-client` adds to a message with `extra`.
    private func expectExtra(of record: MessageRecord) {
        #expect(record["extra", "order_id"] == "A-17")
        #expect(record["extra", "amount"] == "12.5")
        #expect(record["extra", "items"] == "[1,2]")
        #expect(record["extra", "paid"] == "true")
        #expect(record["extra", "customer"] == "null")
        #expect(record["extra", "attempts"] == "3")
        // Python pickles a date as a call; nothing is called here, and what the call would be given is its value.
        #expect(record["extra", "due"] == "2026-11-23")
    }

    /// The records of a run of `log-client`, and the client's output.
    private func log(_ format: String, to kind: String) throws -> ([MessageRecord], LogClient) {
        let address = kind.hasPrefix("unix") ? "\(kind):\(directory.path("socket"))" : "\(kind):127.0.0.1:0"
        let daemon = try DaemonProcess(["--listen", "\(format)@\(address)", "--log-format", "json"], in: directory)
        let client = try LogClient.run(format, to: try #require(daemon.addresses.first), in: directory)
        let records = try daemon.messages(awaiting: 5)
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts[format]?.committed == records.count)
        #expect(try daemon.messages().count == records.count)
        return (records, client)
    }
}
