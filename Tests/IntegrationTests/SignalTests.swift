import Foundation
import TestSupport
import Testing

/// The orderly end, and the hurried one.
@Suite struct SignalTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func stopsInOrder(signal: Int32) throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        let load = HelloLoad(at: try #require(daemon.addresses.first))
        #expect(load.hasAnswered(more: 100))
        daemon.signal(signal)
        #expect(daemon.exitCode() == 0)
        let outcome = try #require(load.stop())
        let records = try daemon.clientRecords()
        let received = Set(records.filter { $0.hasPrefix("DEBUG:Received data: ") })
        for token in outcome.answered { #expect(received.contains("DEBUG:Received data: \(token)")) }
        // Every connection has all its records.
        let begun = records.count { $0.contains("Connection established with ") }
        let ended = records.count { $0 == "INFO:Connection closed" || $0.contains(" lost: ") }
        #expect(begun == ended)
        #expect(try LogLine.parse(daemon.log).contains { $0.message == "Stopping" })
        #expect(daemon.complaints == "")
    }

    private func startEcho(drainTimeout: String) throws -> DaemonProcess {
        let directory = try TemporaryDirectory()
        return try DaemonProcess(
            [
                "--listen", "echo@unix:\(directory.path("echo"))", "--drain-timeout", drainTimeout,
                "--log-level", "info",
            ],
            in: directory
        )
    }

    /// A client that has sent more than it has taken of the answers.
    private func busyClient(of daemon: DaemonProcess) throws -> (client: TestSocket, sent: Int) {
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        let piece = [UInt8](repeating: 0x78, count: 16 * 1024)
        var (sent, stuck) = (0, 0)
        #expect(
            try eventually {
                let count = try client.offer(piece) ?? 0
                sent += count
                stuck = count == 0 ? stuck + 1 : 0
                if count == 0 { usleep(20_000) }
                return stuck > 20
            }
        )
        return (client, sent)
    }

    @Test func openConnectionMayFinish() throws {
        let daemon = try startEcho(drainTimeout: "1h")
        let (client, sent) = try busyClient(of: daemon)
        daemon.signal(SIGTERM)
        #expect(daemon.hasLogged(":Stopping\n"))
        // No new client is let in.
        #expect(eventually { (try? TestSocket(to: "unix:\(daemon.directory.path("echo"))")) == nil })
        #expect(daemon.exitCode(within: .seconds(2)) == nil)
        #expect(try client.receiveToEnd().utf8.count == sent)
        #expect(daemon.exitCode() == 0)
        #expect(try daemon.clientRecords().last == "INFO:Connection closed")
    }

    @Test func aConnectionThatDoesNotFinishIsResetAfterTheDrainTimeout() throws {
        let daemon = try startEcho(drainTimeout: "1500ms")
        let (client, sent) = try busyClient(of: daemon)
        let began = ContinuousClock.now
        #expect(daemon.stop() == 0)
        #expect(ContinuousClock.now - began >= .milliseconds(1400))
        #expect(try daemon.clientRecords().last?.hasSuffix(" lost: the daemon stops") == true)
        #expect((try? client.receiveToEnd()).map { $0.utf8.count < sent } ?? true)
    }

    /// There is nothing that a client could lose.
    @Test(arguments: ["hello", "echo", "discard"]) func silentClientDoesNotHoldTheStopUp(name: String) throws {
        let daemon = try DaemonProcess(["--listen", "\(name)@tcp:127.0.0.1:0", "--drain-timeout", "1h"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        if name != "hello" { try client.send("x") }
        #expect(daemon.hasLogged(name == "hello" ? "established" : "Received data: x"))
        if name == "echo" { #expect(try client.receive() == [0x78]) }
        #expect(daemon.stop() == 0)
        if name == "discard" {
            #expect(throws: (any Error).self) { try client.receiveToEnd() }
        } else {
            #expect(try client.receiveToEnd() == "")
        }
        #expect(try daemon.clientRecords().last == "INFO:Connection closed")
    }

    /// Log handlers keep their connections open: they do not make each stop as long as it may be.
    @Test(arguments: ["syslog", "json"]) func silentSenderOfMessagesDoesNotHoldTheStopUp(name: String) throws {
        let daemon = try DaemonProcess(["--listen", "\(name)@tcp:127.0.0.1:0", "--drain-timeout", "1h"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send("<14>one\n")
        #expect(daemon.hasLogged("one"))
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        // An orderly end would confirm what the client may have sent meanwhile.
        #expect(throws: (any Error).self) { try client.receiveToEnd() }
        #expect(try daemon.clientRecords().last == "INFO:Connection closed")
    }

    @Test func secondSignalEndsAtOnce() throws {
        let daemon = try startEcho(drainTimeout: "1h")
        let (client, _) = try busyClient(of: daemon)
        daemon.signal(SIGTERM)
        #expect(daemon.hasLogged(":Stopping\n"))
        #expect(daemon.exitCode(within: .milliseconds(500)) == nil)
        daemon.signal(SIGTERM)
        #expect(daemon.exitCode() == 0)
        #expect(try daemon.clientRecords().count == 2)
        client.close()
    }

    @Test func signalAtTheStartIsNotLost() throws {
        for delay: UInt32 in [0, 5_000, 20_000, 50_000] {
            let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"], serving: 0)
            usleep(delay)
            daemon.signal(SIGTERM)
            // Before it blocks the signal, that ends it as any program.
            let code = try #require(daemon.exitCode())
            #expect([0, -SIGTERM].contains(code))
            _ = try LogLine.parse(daemon.log)
        }
    }

    @Test func otherSignalsAreIgnored() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0"])
        for number in [SIGPIPE, SIGXFSZ, SIGUSR1, SIGUSR2, SIGALRM] { daemon.signal(number) }
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send("x")
        #expect(try client.receiveToEnd() == "Hello, client!")
        #expect(daemon.stop() == 0)
    }
}
