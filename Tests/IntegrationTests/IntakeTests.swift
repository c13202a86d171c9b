import Foundation
import TestSupport
import Testing

/// Valid and malformed log messages at the built daemon.
@Suite struct IntakeTests {
    private static let kinds = ["tcp", "unix"]

    private func daemon(_ name: String, _ kind: String, _ more: [String] = []) throws -> DaemonProcess {
        let directory = try TemporaryDirectory()
        let address =
            switch kind {
            case "tcp", "udp": "\(kind):127.0.0.1:0"
            default: "\(kind):\(directory.path("socket"))"
            }
        return try DaemonProcess(["--listen", "\(name)@\(address)"] + more, in: directory)
    }

    /// A frame as Python's SocketHandler sends it, around bytes of any kind.
    private func frame(_ bytes: [UInt8]) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }

    /// The numbers of suppressed reports in the records.
    private func counted(_ records: [String]) -> Int {
        records.filter { $0.contains("Cannot read ") }.reduce(0) { sum, record in
            if let more = record.firstMatch(of: #/Cannot read (\d+) more messages/#) { return sum + (Int(more.1) ?? 0) }
            let more = record.firstMatch(of: #/, (\d+) more were held back$/#)
            return sum + 1 + (more.flatMap { Int($0.1) } ?? 0)
        }
    }

    @Test(arguments: kinds) func aFloodOfWhatCannotBeReadIsCountedMoreThanRecorded(kind: String) throws {
        let daemon = try daemon("python", kind)
        let start = ContinuousClock.now
        var frames = 0
        for bad in ["no pickle", "\u{1b}[31m\r\nINFO:forged", ""] {
            let client = try TestSocket(to: daemon.addresses[0])
            let flood = Array(repeating: frame(Array(bad.utf8)), count: 5000)
            frames += flood.count
            try client.send(flood.flatMap { $0 })
            client.endSending()
            let end = #expect(throws: TestSocket.Failure.self) { try client.receive() }
            #expect(end?.number == ECONNRESET)
        }
        #expect(daemon.stop() == 0)
        let records = try daemon.clientRecords()
        let reported = records.filter { $0.contains("Cannot read ") }
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        #expect(reported.count >= 10)
        #expect(reported.count <= 10 + seconds + 2)
        #expect(reported.allSatisfy { $0.hasPrefix("WARNING:") })
        #expect(counted(records) == frames)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts["python"]?.malformed == frames)
        #expect(records.count == reported.count + 3 * 2, "besides, each connection's begin and end")
        #expect(records.count { $0.hasSuffix(" lost: one of its messages could not be read") } == 3)
    }

    /// Its own level is of its own records.
    @Test func messagesAreRecordedWhateverTheLogLevel() throws {
        let directory = try TemporaryDirectory()
        let address = "unix:\(directory.path("socket"))"
        // The daemon's own record of the start is below this level.
        let daemon = try DaemonProcess(
            ["--listen", "json@\(address)", "--log-level", "error"],
            in: directory,
            serving: 0
        )
        #expect(eventually { (try? TestSocket(to: address)) != nil })
        let client = try TestSocket(to: address)
        try client.send("{\"level\":\"debug\",\"msg\":\"quiet\"}\n{\"level\":\"info\",\"msg\":\"clear\"}\n")
        client.endSending()
        #expect(try client.receiveToEnd() == "")
        #expect(try daemon.clientRecords() == ["DEBUG:quiet", "INFO:clear"])
        #expect(daemon.stop() == 0)
        #expect(try LogLine.parse(daemon.log).count == 2, "nothing else")
    }

    @Test(arguments: kinds) func aConnectionThatIsOpenAtTheEndLosesNothing(kind: String) throws {
        let daemon = try daemon("syslog", kind, ["--drain-timeout", "200ms"])
        let client = try TestSocket(to: daemon.addresses[0])
        try client.send("<13>Oct 11 22:14:15 host app: one\n<13>Oct 11 22:14:15 host app: two\n")
        #expect(daemon.hasLogged(":two\n"))
        try client.send("<13>Oct 11 22:14:15 host app: begun")
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts["syslog"]?.committed == 3)
        let records = try daemon.clientRecords()
        #expect(records.filter { $0.hasPrefix("NOTICE:") } == ["NOTICE:one", "NOTICE:two", "NOTICE:begun"])
        #expect(records.last?.hasSuffix(" lost: the daemon stops") == true, "it must not think that all was written")
    }

    /// What was complete is recorded, and the rest is counted as lost.
    @Test(arguments: ["python", "syslog", "gelf", "json"]) func aResetWithinAMessageIsAccountedFor(name: String) throws
    {
        let daemon = try daemon(name, "tcp")
        let whole =
            switch name {
            case "python": frame(Array("}(U".utf8) + [3] + Array("msgU".utf8) + [1] + Array("xu.".utf8))
            case "gelf": Array(#"{"version":"1.1","host":"h","short_message":"x"}"#.utf8) + [0]
            case "json": Array("{\"message\":\"x\"}\n".utf8)
            default: Array("<14>x\n".utf8)
            }
        for round in 1...20 {
            let client = try TestSocket(to: daemon.addresses[0])
            try client.send(whole + whole + whole.dropLast(3))
            #expect(try daemon.clientRecords(awaiting: 4 * round - 1).count == 4 * round - 1)
            client.reset()
            #expect(try daemon.clientRecords(awaiting: 4 * round).count == 4 * round)
        }
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        let counts = try #require(daemon.statedCounts[name])
        #expect(counts.received == 60 && counts.committed == 40 && counts.reasons == ["incomplete": 20])
    }

    @Test func aUnixDatagramSocketServesAsDevLogDoes() throws {
        let daemon = try daemon("syslog", "unixgram", ["--log-format", "json"])
        let client = try TestSocket(to: daemon.addresses[0])
        try client.send("<11>Oct 11 22:14:15 app[77]: said")
        #expect(daemon.hasLogged("\"message\":\"said\""))
        let line = try #require(daemon.log.split(separator: "\n").first { $0.contains("\"said\"") })
        let record = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(record["peer_pid"] as? Int == Int(getpid()))
        #expect(record["peer_uid"] as? Int == Int(getuid()))
        #expect(record["procid"] as? String == "77", "what it claims stands beside what the kernel says")
        #expect(record["app_name"] as? String == "app")
        #expect(record["severity"] as? Int == 3)
    }

    /// What an administrator sees who has pointed a TLS or an HTTP sender at a plain port, or the wrong handler.
    @Test(arguments: [
        (
            "syslog", [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3] as [UInt8],
            "WARNING:TLS on a plain listener: PEER sent a TLS ClientHello to listener syslog, which takes syslog without TLS; "
                + "turn TLS off in the sender, or put a TLS proxy before this listener"
        ),
        (
            "json", Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
            "WARNING:HTTP on a listener for log messages: PEER sent an HTTP request to listener json, which takes json; "
                + "check that handler, protocol and port agree"
        ),
        (
            "python", Array("not a pickle".utf8),
            "WARNING:Cannot read a python message from PEER: a length of 1852797984 bytes; first bytes: \"not \"; "
                + "check that handler, protocol and port agree"
        ),
    ])
    func aSenderOfAnotherKindIsOneClearLine(name: String, bytes: [UInt8], line: String) throws {
        let daemon = try DaemonProcess(["--listen", "\(name)@tcp:127.0.0.1:0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send(bytes)
        #expect(daemon.hasLogged(line.replacing("PEER", with: client.name) + "\n"))
        #expect(daemon.log.split(separator: "\n").count { $0.contains(":WARNING:") } <= 2)
    }

    @Test func whatWouldRunSaysThatConnectionsForMessagesMayBeSilent() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.toml")
        try Data().write(to: URL(filePath: path))
        func report(_ flags: [String]) throws -> String {
            let result = try BuiltProgram.run(
                ["--check-config", "--config", path, "--listen", "syslog@tcp:*:0", "--listen", "echo@tcp:*:0"] + flags,
                in: directory
            )
            #expect(result.status == 0)
            return result.output
        }
        let timeouts = { (text: String) in
            text.matches(of: #/(?m)^idle_timeout = "([^"]*)"/#).map { String($0.1) }
        }
        #expect(timeouts(try report([])) == ["infinity", "1min"])
        #expect(timeouts(try report(["--idle-timeout", "5"])) == ["5s", "5s", "5s"])
        #expect(try report(["--message-limit", "2M"]).components(separatedBy: "message_limit = \"2M\"  # ").count == 4)
    }
}
