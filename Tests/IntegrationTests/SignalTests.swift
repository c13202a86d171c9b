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

    @Test func openConnectionMayFinish() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--drain-timeout", "30s"])
        let address = try #require(daemon.addresses.first)
        let client = try TestSocket(to: address)
        #expect(daemon.hasLogged("established"))
        daemon.signal(SIGTERM)
        #expect(daemon.hasLogged(":Stopping\n"))
        // Nobody new is let in.
        #expect(eventually { (try? TestSocket(to: address)) == nil })
        try client.send("x")
        #expect(try client.receiveToEnd() == "Hello, client!")
        client.close()
        #expect(daemon.exitCode() == 0)
        #expect(try daemon.clientRecords().last == "INFO:Connection closed")
    }

    @Test func silentConnectionIsClosedAfterTheDrainTimeout() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--drain-timeout", "500ms"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        #expect(daemon.hasLogged("established"))
        let began = ContinuousClock.now
        #expect(daemon.stop() == 0)
        #expect(ContinuousClock.now - began >= .milliseconds(450))
        #expect(try client.receiveToEnd() == "")
        #expect(try daemon.clientRecords().last == "INFO:Connection closed")
    }

    /// Log handlers keep their connections open: they do not make each stop as long as it may be.
    @Test(arguments: ["syslog", "json"]) func silentSenderOfMessagesDoesNotHoldTheStopUp(name: String) throws {
        let daemon = try DaemonProcess(["--listen", "\(name)@tcp:127.0.0.1:0", "--drain-timeout", "1h"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send("<14>one\n")
        #expect(daemon.hasLogged("one"))
        #expect(daemon.stop() == 0)
        // An orderly end would confirm what the client may have sent meanwhile.
        #expect(throws: (any Error).self) { try client.receiveToEnd() }
        #expect(try daemon.clientRecords().last == "INFO:Connection closed")
    }

    @Test func secondSignalEndsAtOnce() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--drain-timeout", "1h"])
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        #expect(daemon.hasLogged("established"))
        daemon.signal(SIGTERM)
        #expect(daemon.hasLogged(":Stopping\n"))
        #expect(daemon.exitCode(within: .milliseconds(500)) == nil)
        daemon.signal(SIGTERM)
        #expect(daemon.exitCode() == 0)
        #expect(try client.receiveToEnd() == "")
        #expect(try daemon.clientRecords().count == 2)
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
