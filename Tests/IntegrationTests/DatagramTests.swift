import Foundation
import TestSupport
import Testing

/// All protocols on datagrams: one record for each that is received and each that is sent.
@Suite struct DatagramTests {
    private static let process = "unix:pid=\(getpid()),uid=\(geteuid()),gid=\(getegid())"

    @Test(arguments: ["127.0.0.1", "[::1]"])
    func helloOnUDP(host: String) throws {
        let daemon = try DaemonProcess(["--listen", "hello@udp:\(host):0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        for text in ["Hello, server!", "", "two\nlines"] {
            try client.send(text)
            #expect(try client.receive() == Array("Hello, client!".utf8))
        }
        let sent = "DEBUG:Sent data to \(client.name): Hello, client!"
        let received = "DEBUG:Received data from \(client.name): "
        #expect(
            try daemon.clientRecords(awaiting: 6)
                == [received + "Hello, server!", sent, received, sent, received + #"two\nlines"#, sent]
        )
        #expect(daemon.stop() == 0)
    }

    @Test func dualStackShowsIPv4AsItIs() throws {
        let daemon = try DaemonProcess(["--listen", "hello@udp:[::]:0"])
        let port = try #require(daemon.addresses.first?.split(separator: ":").last)
        let client = try TestSocket(to: "udp:127.0.0.1:\(port)")
        try client.send("x")
        #expect(try client.receive() == Array("Hello, client!".utf8))
        #expect(try daemon.clientRecords(awaiting: 2)[0] == "DEBUG:Received data from \(client.name): x")
    }

    @Test func unixSenderWithANameIsAnswered() throws {
        let (daemon, directory) = try unix("hello")
        let client = try TestSocket(
            to: try #require(daemon.addresses.first),
            from: "unixgram:\(directory.path("client"))"
        )
        for text in ["x", ""] {
            try client.send(text)
            #expect(try client.receive() == Array("Hello, client!".utf8))
        }
        let sent = "DEBUG:Sent data to \(Self.process): Hello, client!"
        let received = "DEBUG:Received data from \(Self.process): "
        #expect(try daemon.clientRecords(awaiting: 4) == [received + "x", sent, received, sent])
    }

    @Test func unixSenderWithoutANameIsRecorded() throws {
        let (daemon, _) = try unix("hello")
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send("one")
        try client.send("")
        try client.send("three")
        let received = "DEBUG:Received data from \(Self.process): "
        #expect(try daemon.clientRecords(awaiting: 3) == ["one", "", "three"].map { received + $0 })
        #expect(daemon.stop() == 0)
        #expect(try daemon.clientRecords().count == 3)
    }

    @Test func senderThatIsGoneIsRecorded() throws {
        let (daemon, directory) = try unix("hello")
        let path = directory.path("client")
        let client = try TestSocket(to: try #require(daemon.addresses.first), from: "unixgram:\(path)")
        #expect(daemon.pause())
        try client.send("x")
        client.close()
        unlink(path)
        daemon.signal(SIGCONT)
        #expect(daemon.hasLogged("WARNING:Cannot reply to \(Self.process): No such file or directory\n"))
        let other = try TestSocket(to: try #require(daemon.addresses.first), from: "unixgram:\(path)2")
        try other.send("y")
        #expect(try other.receive() == Array("Hello, client!".utf8))
    }

    @Test(arguments: ["udp", "unixgram"])
    func echoSendsBackWhole(kind: String) throws {
        let directory = try TemporaryDirectory()
        let address = kind == "udp" ? "udp:127.0.0.1:0" : "unixgram:\(directory.path("s"))"
        let daemon = try DaemonProcess(["--listen", "echo@\(address)"], in: directory)
        let client = try TestSocket(
            to: try #require(daemon.addresses.first),
            from: kind == "udp" ? nil : "unixgram:\(directory.path("client"))"
        )
        var generator = SeededGenerator(seed: 11)
        var sent: [String] = []
        for size in [60_000, 1, 0, 1472, 1473] {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0x20...0x7E, using: &generator) }
            sent.append(String(decoding: bytes, as: UTF8.self))
            try client.send(bytes)
            #expect(try client.receive() == bytes)
        }
        let name = kind == "udp" ? client.name : Self.process
        let expected = sent.flatMap {
            ["DEBUG:Received data from \(name): \($0)", "DEBUG:Sent data to \(name): \($0)"]
        }
        #expect(try daemon.clientRecords(awaiting: 10) == expected)
    }

    @Test(arguments: ["udp", "unixgram"])
    func discardRecordsEachInOrder(kind: String) throws {
        let directory = try TemporaryDirectory()
        let address = kind == "udp" ? "udp:127.0.0.1:0" : "unixgram:\(directory.path("s"))"
        let daemon = try DaemonProcess(["--listen", "discard@\(address)"], in: directory)
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        for number in 0..<200 { try client.send("\(number)") }
        let name = kind == "udp" ? client.name : Self.process
        let expected = (0..<200).map { "DEBUG:Received data from \(name): \($0)" }
        #expect(try daemon.clientRecords(awaiting: 200) == expected)
        #expect(!client.hasInput)
        // What arrived before the end is recorded.
        for number in 0..<50 { try client.send("last \(number)") }
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts["discard"]?.committed == 250)
        let last = (0..<50).map { "DEBUG:Received data from \(name): last \($0)" }
        #expect(try daemon.clientRecords() == expected + last)
    }

    // MARK: -

    private func unix(_ protocolName: String) throws -> (DaemonProcess, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        return (
            try DaemonProcess(["--listen", "\(protocolName)@unixgram:\(directory.path("s"))"], in: directory), directory
        )
    }
}
