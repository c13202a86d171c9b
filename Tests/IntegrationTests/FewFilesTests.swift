import Foundation
import TestSupport
import Testing

/// Clients that use up all the descriptors that the daemon may have.
@Suite struct FewFilesTests {
    private let directory: TemporaryDirectory
    private let manager: UnixReceiver
    private let daemon: DaemonProcess
    private let address: String
    private let metrics: String

    init() throws {
        directory = try TemporaryDirectory()
        manager = try UnixReceiver(.datagram, at: directory.path("notify"))
        daemon = try DaemonProcess(
            [
                "--listen", "syslog@tcp:127.0.0.1:0", "--listen", "metrics@tcp:127.0.0.1:0",
                "--listen", "echo@unixgram:\(directory.path("echo"))",
            ],
            in: directory,
            environment: ["NOTIFY_SOCKET": directory.path("notify"), "WATCHDOG_USEC": "400000"],
            through: ["/bin/sh", "-c", "ulimit -n 48; exec \"$@\"", "sh"]
        )
        (address, metrics) = (daemon.addresses[0], daemon.addresses[1])
    }

    /// Connects more than can be accepted, and waits until no more are.
    private func crowd() throws -> [TestSocket] {
        let clients = try (0..<60).map { _ in try TestSocket(to: address) }
        #expect(daemon.hasLogged("Cannot accept connections at "))
        return clients
    }

    @Test func theServiceManagerStillHearsOfIt() throws {
        let clients = try crowd()
        while manager.poll() != nil {}
        var signs = 0
        #expect(
            eventually {
                while let text = manager.poll() { if text == Array("WATCHDOG=1".utf8) { signs += 1 } }
                return signs >= 5
            }
        )
        #expect(clients.count == 60)
    }

    @Test func theMetricsCanBeHadAndTakeNothingFromTheLog() throws {
        let clients = try crowd()
        let silent = try (0..<20).map { _ in try TestSocket(to: metrics) }
        rename(daemon.logPath, directory.path("old"))
        daemon.signal(SIGHUP)
        #expect(daemon.hasLogged("Configuration reloaded"))
        for client in silent { client.close() }
        let client = try TestSocket(to: metrics)
        try client.send("GET /metrics HTTP/1.0\r\n\r\n")
        let page = try client.receiveToEnd()
        let open = "sockserved_connections{listener=\"syslog\",protocol=\"syslog\"}"
        #expect(page.contains(try Regex("\(NSRegularExpression.escapedPattern(for: open)) [1-9]")), "\(page)")
        #expect(clients.count == 60)
    }

    /// An answer at a path needs a descriptor.
    @Test func datagramsAreAnswered() throws {
        let clients = try crowd()
        let silent = try (0..<20).map { _ in try TestSocket(to: metrics) }
        let client = try TestSocket(to: daemon.addresses[2], from: "unixgram:\(directory.path("client"))")
        try client.send("x")
        #expect(try client.receive() == Array("x".utf8))
        #expect(clients.count == 60 && silent.count == 20)
    }

    @Test func theLogIsRotatedAndTheOldFileMayGo() throws {
        let clients = try crowd()
        rename(daemon.logPath, directory.path("old"))
        daemon.signal(SIGHUP)
        #expect(daemon.hasLogged("Configuration reloaded"))
        unlink(directory.path("old"))
        try clients[0].send("<14>after the rotation\n")
        clients[0].endSending()
        #expect(try clients[0].receiveToEnd() == "")
        #expect(daemon.log.contains("after the rotation\n"))
        // Those that wait are served as soon as others go.
        for client in clients[1..<59] { client.close() }
        try clients[59].send("<14>the last one\n")
        clients[59].endSending()
        #expect(try clients[59].receiveToEnd() == "")
        #expect(daemon.log.contains("the last one\n"))
        #expect(daemon.log.components(separatedBy: "Cannot accept").count <= 2)
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
    }
}
