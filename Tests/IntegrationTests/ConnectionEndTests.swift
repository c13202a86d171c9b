import Foundation
import TestSupport
import Testing

/// How connections end that do not end well.
@Suite struct ConnectionEndTests {
    @Test func silentClientIsClosed() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--idle-timeout", "300ms"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        let began = ContinuousClock.now
        #expect(try client.receiveToEnd() == "")
        #expect(ContinuousClock.now - began >= .milliseconds(250))
        #expect(
            try daemon.clientRecords(awaiting: 3) == [
                "INFO:Connection established with \(client.name)",
                "WARNING:Connection with \(client.name) timed out: nothing received for 0.3 s",
                "INFO:Connection closed",
            ]
        )
    }

    @Test func clientThatGoesOnSendingIsNotIdle() throws {
        let daemon = try DaemonProcess(["--listen", "echo@tcp:127.0.0.1:0", "--idle-timeout", "800ms"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        let began = ContinuousClock.now
        while ContinuousClock.now - began < .milliseconds(1600) {
            try client.send("x")
            #expect(try client.receive() == Array("x".utf8))
            usleep(100_000)
        }
        #expect(!daemon.log.contains("timed out"))
        // And then it is.
        #expect(try client.receiveToEnd() == "")
    }

    @Test func zeroMeansNever() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--idle-timeout", "0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        #expect(daemon.hasLogged("established"))
        usleep(700_000)
        try client.send("x")
        #expect(try client.receiveToEnd() == "Hello, client!")
    }

    @Test(arguments: ["hello", "echo", "discard"])
    func resetIsRecorded(protocolName: String) throws {
        let daemon = try DaemonProcess(["--listen", "\(protocolName)@tcp:127.0.0.1:0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        let name = client.name
        #expect(daemon.hasLogged("Connection established with \(name)\n"))
        client.reset()
        #expect(
            try daemon.clientRecords(awaiting: 2) == [
                "INFO:Connection established with \(name)",
                "WARNING:Connection with \(name) lost: Connection reset by peer",
            ]
        )
        #expect(daemon.stop() == 0)
        #expect(try daemon.clientRecords().count == 2)
    }

    /// Its answer cannot be delivered, and still its records come in order and end in one of two ways.
    @Test func clientThatResetsAfterSendingIsRecorded() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        for _ in 0..<50 {
            let client = try TestSocket(to: try #require(daemon.addresses.first))
            try client.send("bye")
            client.reset()
        }
        let ends = { try daemon.clientRecords().filter { $0.contains(" lost: ") || $0 == "INFO:Connection closed" } }
        #expect(try eventually { try ends().count == 50 })
        #expect(daemon.stop() == 0)
        #expect(try ends().count == 50)
        #expect(try daemon.clientRecords().count { $0.contains("established") } == 50)
    }

    @Test func clientThatIsGoneBeforeItIsAcceptedIsRecorded() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        #expect(daemon.pause())
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        let name = client.name
        client.reset()
        daemon.signal(SIGCONT)
        #expect(
            try daemon.clientRecords(awaiting: 2) == [
                "INFO:Connection established with \(name)",
                "WARNING:Connection with \(name) lost: Connection reset by peer",
            ]
        )
    }

    @Test func clientThatNeverReadsIsBoundedAndGivenUp() throws {
        let daemon = try DaemonProcess([
            "--listen", "echo@tcp:127.0.0.1:0", "--listen", "hello@tcp:127.0.0.1:0", "--idle-timeout", "2s",
            "--log-level", "info",
        ])
        let client = try TestSocket(to: daemon.addresses[0], buffer: 4096)
        let chunk = [UInt8](repeating: 0x61, count: 65536)
        var taken = 0
        // Until nothing has been taken for half a second.
        var last = ContinuousClock.now
        while ContinuousClock.now - last < .milliseconds(500), taken < 1 << 28 {
            if let count = try client.offer(chunk) {
                taken += count
                last = .now
            } else {
                usleep(1000)
            }
        }
        // The kernel's buffers of both ends, and no more.
        #expect(taken < 32 << 20)
        let other = try TestSocket(to: daemon.addresses[1])
        try other.send("x")
        #expect(try other.receiveToEnd() == "Hello, client!")
        let warning = "Connection with \(client.name) timed out: the reply was not taken for 2 s"
        #expect(daemon.hasLogged("WARNING:\(warning)\n"))
        #expect(try #require(daemon.residentBytes) < 150 << 20)
        let records = try daemon.clientRecords(awaiting: 5)
        #expect(records.contains("WARNING:Connection with \(client.name) lost: what it sent last was not read"))
        #expect(records.count { $0 == "INFO:Connection closed" } == 1)
    }

    /// A client that sends after its answer is read only for a while.
    @Test func clientThatNeverEndsIsClosed() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send("x")
        #expect(try client.receiveToEnd() == "Hello, client!")
        // Our side stays open.
        #expect(try daemon.clientRecords(awaiting: 4) == HelloTests.records(of: client.name, saying: "x"))
    }
}
