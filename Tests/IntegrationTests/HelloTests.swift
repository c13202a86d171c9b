import Foundation
import TestSupport
import Testing

/// The hello protocol on streams: answers and records.
@Suite struct HelloTests {
    @Test(arguments: ["127.0.0.1", "[::1]"])
    func answersAndRecordsFourLines(host: String) throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:\(host):0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send("Hello, server!")
        #expect(try client.receiveToEnd() == "Hello, client!")
        let name = client.name
        #expect(name.hasPrefix("\(host):"))
        client.close()
        #expect(try daemon.clientRecords(awaiting: 4) == Self.records(of: name, saying: "Hello, server!"))
        #expect(daemon.stop() == 0)
        #expect(try daemon.clientRecords().count == 4)
        #expect(daemon.complaints == "")
    }

    @Test(arguments: ["[::]", "*"])
    func dualStackServesBothFamilies(host: String) throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:\(host):0"])
        let port = try #require(daemon.addresses.first?.split(separator: ":").last)
        for (round, host) in ["127.0.0.1", "[::1]"].enumerated() {
            let client = try TestSocket(to: "tcp:\(host):\(port)")
            try client.send("x")
            #expect(try client.receiveToEnd() == "Hello, client!")
            let name = client.name
            client.close()
            // An IPv4 client is shown by its IPv4 address.
            #expect(name.hasPrefix(host))
            let records = try daemon.clientRecords(awaiting: 4 * (round + 1)).suffix(4)
            #expect(Array(records) == Self.records(of: name, saying: "x"))
        }
    }

    @Test func unixClientIsNamedByItsProcess() throws {
        let directory = try TemporaryDirectory()
        let daemon = try DaemonProcess(["--listen", "hello@unix:\(directory.path("s"))"], in: directory)
        let client = try TestSocket(to: "unix:\(directory.path("s"))")
        try client.send("x")
        #expect(try client.receiveToEnd() == "Hello, client!")
        client.close()
        let name = "unix:pid=\(getpid()),uid=\(geteuid()),gid=\(getegid())"
        #expect(try daemon.clientRecords(awaiting: 4) == Self.records(of: name, saying: "x"))
    }

    @Test func clientThatSendsNothingGetsItsAnswer() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        client.endSending()
        #expect(try client.receiveToEnd() == "Hello, client!")
        #expect(try daemon.clientRecords(awaiting: 4) == Self.records(of: client.name, saying: ""))
    }

    @Test func onlyTheFirstReceiveIsRecorded() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send(String(repeating: "a", count: 1024) + "b")
        #expect(try client.receiveToEnd() == "Hello, client!")
        let name = client.name
        client.close()
        let text = String(repeating: "a", count: 1024)
        #expect(try daemon.clientRecords(awaiting: 4) == Self.records(of: name, saying: text))
    }

    /// A reset because of unread data would overtake the answer.
    @Test(arguments: ["tcp", "unix"])
    func answerToMuchDataArrivesWhole(kind: String) throws {
        let directory = try TemporaryDirectory()
        let address = kind == "tcp" ? "tcp:127.0.0.1:0" : "unix:\(directory.path("s"))"
        let daemon = try DaemonProcess(["--listen", "hello@\(address)"], in: directory)
        let data = Array(repeating: UInt8(ascii: "a"), count: 200 * 1024)
        for _ in 0..<5 {
            let client = try TestSocket(to: try #require(daemon.addresses.first))
            // Fills the buffers before the answer is read.
            try client.send(data)
            #expect(try client.receiveToEnd() == "Hello, client!")
            client.close()
        }
        let records = try daemon.clientRecords(awaiting: 20)
        #expect(records.count { $0 == "INFO:Connection closed" } == 5)
        let received = records.filter { $0.hasPrefix("DEBUG:Received data: ") }
        let longest = "DEBUG:Received data: " + String(repeating: "a", count: 1024)
        #expect(received.count == 5 && received.allSatisfy { $0 == longest })
    }

    @Test func whateverIsSentIsOneLine() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        let samples: [([UInt8], String)] = [
            (Array("a\n2023-09-04 12:00:00,123:CRITICAL:forged".utf8), #"a\n2023-09-04 12:00:00,123:CRITICAL:forged"#),
            (Array("\r\n\t\u{0}\u{1b}[31mred\u{7f}".utf8), #"\r\n\t\x00\x1b[31mred\x7f"#),
            ([0xFF, 0x61, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xC0, 0xAF], #"\xffa\xc3(\xed\xa0\x80\xc0\xaf"#),
            (Array("\u{85}\u{2028}\u{2029}\u{202E}".utf8), #"\u0085\u2028\u2029\u202e"#),
            (Array("Grüße, 世界 🎉 %s %(message)s \\".utf8), #"Grüße, 世界 🎉 %s %(message)s \"#),
        ]
        for (bytes, _) in samples {
            let client = try TestSocket(to: try #require(daemon.addresses.first))
            try client.send(bytes)
            #expect(try client.receiveToEnd() == "Hello, client!")
            client.close()
        }
        let records = try daemon.clientRecords(awaiting: 4 * samples.count)
        #expect(records.count == 4 * samples.count)
        let received = records.filter { $0.hasPrefix("DEBUG:Received data: ") }
        #expect(received == samples.map { "DEBUG:Received data: \($0.1)" })
        let controls = daemon.log.utf8.filter { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F }
        #expect(controls.isEmpty)
    }

    @Test(.enabled(if: FileLimit.raised >= 5000, "the limit of open files is too low"))
    func thousandsAtOnceAreAnswered() throws {
        let format = "%(connection)s:%(levelname)s:%(message)s"
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--log-format", format])
        let address = try #require(daemon.addresses.first)
        let clients = try (0..<2000).map { _ in try TestSocket(to: address) }
        for (number, client) in clients.enumerated() { try client.send("I am \(number)") }
        var expected: [String: [String]] = [:]
        for (number, client) in clients.enumerated() {
            #expect(try client.receiveToEnd() == "Hello, client!")
            expected[client.name] = Self.records(of: client.name, saying: "I am \(number)")
            client.close()
        }
        #expect(daemon.stop() == 0)
        var recorded: [Substring: [String]] = [:]
        for line in daemon.log.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            try #require(parts.count == 2)
            if parts[0] != "-" { recorded[parts[0], default: []].append(String(parts[1])) }
        }
        #expect(recorded.count == clients.count)
        for records in recorded.values {
            let name = records[0].replacing("INFO:Connection established with ", with: "")
            #expect(records == expected.removeValue(forKey: name))
        }
        #expect(expected.isEmpty)
    }

    // MARK: -

    static func records(of name: String, saying text: String) -> [String] {
        [
            "INFO:Connection established with \(name)", "DEBUG:Received data: \(text)",
            "DEBUG:Sent data: Hello, client!", "INFO:Connection closed",
        ]
    }
}
