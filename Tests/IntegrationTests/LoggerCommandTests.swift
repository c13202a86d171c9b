import Foundation
import TestSupport
import Testing

private let logger = BuiltProgram.firstExecutable("/usr/bin/logger", "/bin/logger")

/// The `logger` of util-linux in all its modes; see logger(1).
@Suite(.enabled(if: logger != nil, "logger is not installed"))
struct LoggerCommandTests {
    /// The process ID is beyond the kernel's maximum: as root, logger 2.38 adds an uninitialized user ID
    /// to a datagram of an existing process.
    private static let tagged = ["--tag", "billing", "--priority", "local3.warning", "--id=4999999"]
    private static let data = [
        "--msgid", "DECLINE", "--sd-id", "order@32473", "--sd-param", #"id="A-17""#, "--sd-param",
        #"note="says \"no\" \]""#,
    ]

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: ["udp", "tcp"], ["--rfc3164", "--rfc5424"])
    func remote(kind: String, form: String) throws {
        let record = try one(kind, Self.tagged + [form, "card 4242 declined"])
        #expect(record.values("facility", "level", "app_name", "procid") == ["19", "warning", "billing", "4999999"])
        #expect(record["message"] == "card 4242 declined")
        #expect(record["hostname"] == host)
        #expect(abs(try #require(record.timestamp) - Date().timeIntervalSince1970) < 60)
        #expect(record.values("raw", "fault") == [nil, nil])
        #expect((record["structured_data", "timeQuality", "tzKnown"] != nil) == (form == "--rfc5424"))
    }

    @Test(arguments: ["udp", "tcp"])
    func withoutOptions(kind: String) throws {
        let record = try one(kind, ["card 4242 declined"])
        #expect(record.values("facility", "level", "message") == ["1", "notice", "card 4242 declined"])
        #expect(record["procid"] == nil)
        #expect(record["app_name"] == String(cString: getpwuid(geteuid()).pointee.pw_name))
    }

    @Test func structuredDataAndMessageID() throws {
        let record = try one("udp", Self.tagged + ["--rfc5424"] + Self.data + ["text"])
        #expect(record["msgid"] == "DECLINE")
        #expect(record["structured_data", "order@32473", "id"] == "A-17")
        #expect(record["structured_data", "order@32473", "note"] == #"says "no" ]"#)
        #expect(record["message"] == "text")
    }

    @Test(arguments: ["notime", "notq", "nohost", "notime,notq,nohost"])
    func partsLeftOut(which: String) throws {
        let record = try one("udp", Self.tagged + ["--rfc5424=\(which)", "text"])
        #expect(record.values("app_name", "procid", "message") == ["billing", "4999999", "text"])
        #expect((record["timestamp"] == nil) == which.contains("notime"))
        #expect((record["hostname"] == nil) == which.contains("nohost"))
        #expect((record["structured_data"] == nil) == which.contains("not"))
    }

    @Test(arguments: [[], ["--octet-count"]], ["--rfc3164", "--rfc5424"])
    func linesOfAFileOnOneConnection(framing: [String], form: String) throws {
        let lines = ["first", "12 <13>second", "Grüße", #"<third> [x@1 a="b"]"#, ""]
        let text = lines.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: directory.url.appending(path: "lines"))
        let arguments = Self.tagged + framing + [form, "--file", directory.path("lines")]
        let records = try all("tcp", arguments, count: lines.count)
        #expect(records.map { $0["message"] } == lines)
        #expect(Set(records.map { $0["connection"] }).count == 1)
        #expect(Set(records.map { $0["app_name"] }) == ["billing"])
    }

    /// Counts are for streams (RFC 6587), but logger puts one into a datagram too.
    @Test func countInADatagramIsSkipped() throws {
        let record = try one("udp", Self.tagged + ["--rfc5424", "--octet-count", "text"])
        #expect(record["message"] == "text")
        #expect(record["app_name"] == "billing")
        #expect(record["severity"] == "4" && record["facility"] == "19")
    }

    @Test func ownProcessID() throws {
        let record = try one("udp", ["-i", "-t", "billing", "text"])
        #expect(try Int(#require(record["procid"])) ?? 0 > 1)
    }

    @Test func longMessageIsOne() throws {
        let text = String(repeating: "long ", count: 4000)
        let record = try one("tcp", Self.tagged + ["--size", "30000", text])
        #expect(record["message"] == text)
    }

    @Test(arguments: ["unix", "unixgram"], [[], ["--rfc3164"], ["--rfc5424"]])
    func unixSocket(kind: String, form: [String]) throws {
        let socket = directory.path("socket")
        let daemon = try daemon("\(kind):\(socket)")
        let type = kind == "unix" ? "--tcp" : "--udp"
        let outcome = try run(["--socket", socket, type] + Self.tagged + form + ["text"])
        #expect(outcome.status == 0)
        let record = try #require(daemon.messages(awaiting: 1).first)
        #expect(record.values("facility", "level", "app_name", "procid") == ["19", "warning", "billing", "4999999"])
        #expect(record["message"] == "text")
        #expect(record["peer_uid"] == "\(geteuid())")
        #expect(try Int(#require(record["peer_pid"])) ?? 0 > 1)
    }

    @Test func priorityPrefixOfEachLine() throws {
        let socket = directory.path("socket")
        let daemon = try daemon("unixgram:\(socket)")
        try Data("<11>first\nsecond\n<163>third\n".utf8).write(to: directory.url.appending(path: "lines"))
        let outcome = try BuiltProgram.run(
            "/bin/sh",
            ["-c", "exec logger --socket '\(socket)' --tag billing --prio-prefix <lines"],
            in: directory
        )
        #expect(outcome.status == 0)
        let records = try daemon.messages(awaiting: 3)
        #expect(records.map { $0["message"] } == ["first", "second", "third"])
        #expect(records.map { $0["facility"] } == ["1", "1", "20"])
        #expect(records.map { $0["level"] }.last == "error")
    }

    // MARK: -

    private let host = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init)

    private func daemon(_ address: String) throws -> DaemonProcess {
        try DaemonProcess(["--listen", "syslog@\(address)", "--log-format", "json"], in: directory)
    }

    private func run(_ arguments: [String]) throws -> BuiltProgram.Outcome {
        try BuiltProgram.run(try #require(logger), arguments, in: directory)
    }

    /// The record of one message to a daemon on the network.
    private func one(_ kind: String, _ arguments: [String]) throws -> MessageRecord {
        try #require(all(kind, arguments, count: 1).first)
    }

    private func all(_ kind: String, _ arguments: [String], count: Int) throws -> [MessageRecord] {
        let daemon = try daemon("\(kind):127.0.0.1:0")
        let port = try #require(daemon.addresses.first?.split(separator: ":").last)
        let outcome = try run(["--server", "127.0.0.1", "--port", String(port), "--\(kind)"] + arguments)
        #expect(outcome.status == 0, Comment(rawValue: outcome.complaints.joined(separator: "\n")))
        let records = try daemon.messages(awaiting: count)
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts["syslog"]?.committed == count)
        #expect(try daemon.messages().count == count)
        return records
    }
}
