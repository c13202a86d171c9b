import Foundation
import TestSupport
import Testing

/// Every message is accounted for: in the record at the end, and every interval.
@Suite struct StatisticsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// The records of that event, of all messages or of one listener's.
    private func statistics(_ daemon: DaemonProcess, of listener: String? = nil) throws -> [MessageRecord] {
        try daemon.log.split(separator: "\n").map { try MessageRecord($0) }
            .filter { $0["event"] == "statistics" && $0["listener"] == listener }
    }

    private func start(_ more: [String] = []) throws -> DaemonProcess {
        let path = directory.path("sockserved.toml")
        let table = "[[listener]]\nname = \"in\"\nprotocol = \"syslog\"\naddress = \"tcp:127.0.0.1:0\"\n"
        try (table + "min_severity = \"info\"\nmessage_limit = \"1K\"\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
        return try DaemonProcess(["--config", path, "--log-format", "json"] + more, in: directory, serving: 1)
    }

    private func send(_ text: String, to daemon: DaemonProcess) throws -> String {
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send(text)
        client.endSending()
        return try client.receiveToEnd()
    }

    @Test func theSumsAreRightAtTheEnd() throws {
        let daemon = try start()
        let long = "<14>" + String(repeating: "x", count: 2000) + "\n"
        #expect(try send("<14>one\n<14>two\n<15>debug\n<14>three\n" + long, to: daemon) == "")
        // Refused, and reset.
        #expect(throws: TestSocket.Failure.self) { try send("GET / HTTP/1.1\r\n\r\n", to: daemon) }
        #expect(daemon.hasLogged("message-refused"))
        #expect(daemon.stop() == 0)
        let texts = try statistics(daemon).compactMap { $0["message"] }
        #expect(texts.count == 1)
        let sums =
            " has received 6 messages since its start: "
            + "4 recorded (1 of them cut), 1 malformed (other_format 1), 1 left out, 0 dropped. Of "
        #expect(texts.first?.hasPrefix("sockserved" + sums) == true, "\(texts)")
        // Each record before this one is a line of the file.
        let lines = try daemon.log.split(separator: "\n").map { try MessageRecord($0) }
        let index = try #require(lines.firstIndex { $0["event"] == "statistics" })
        let match = try #require(
            texts.first?.firstMatch(of: #/Of (\d+) records, with its own, (\d+) are committed, (\d+) wait/#)
        )
        #expect(Int(match.1) == index)
        #expect(Int(match.2).flatMap { one in Int(match.3).map { one + $0 } } == index)
        // And of the listener.
        let one = try #require(try statistics(daemon, of: "in").first)
        let sum = "Listener in\(sums)those recorded 4 are committed, 0 wait, and 0 were rejected"
        #expect(one["message"] == sum)
        for (key, value) in [
            ("received", "6"), ("recorded", "4"), ("malformed", "1"), ("left_out", "1"), ("dropped", "0"),
            ("committed", "4"), ("waiting", "0"), ("rejected", "0"), ("cut", "1"), ("returned", "0"),
        ] {
            #expect(one["messages_\(key)"] == value, "\(key)")
        }
        #expect(one["malformed_reasons"] == "other_format 1")
        #expect(daemon.accountingFaults() == [])
    }

    @Test func everyIntervalThatBroughtMessagesHasOne() throws {
        let daemon = try start(["--statistics-interval", "1s"])
        for round in 1...2 {
            #expect(try send("<14>message \(round)\n", to: daemon) == "")
            #expect(daemon.hasLogged("has received \(round) messages since its start: \(round) recorded "))
        }
        // Nothing has come since, so there is nothing more to record.
        #expect(daemon.stop() == 0)
        #expect(try statistics(daemon).count == 2)
        #expect(try statistics(daemon, of: "in").count == 2)
    }
}
