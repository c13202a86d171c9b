import Foundation
import TestSupport
import Testing

/// Many clients, few descriptors.
@Suite struct ManyClientsTests {
    @Test(.enabled(if: FileLimit.raised >= 12_000, "the limit of open files is too low"))
    func idleThousandsDoNotDisturbTheBusyOne() throws {
        let daemon = try DaemonProcess(["--listen", "echo@tcp:127.0.0.1:0"])
        let address = try #require(daemon.addresses.first)
        let idle = try (0..<5000).map { _ in try TestSocket(to: address) }
        let busy = try TestSocket(to: address)
        var slowest = Duration.zero
        for number in 0..<200 {
            let text = Array("message \(number)".utf8)
            let began = ContinuousClock.now
            try busy.send(text)
            #expect(try busy.receive(count: text.count) == text)
            // The first has the five thousand before it.
            if number > 0 { slowest = max(slowest, .now - began) }
        }
        #expect(slowest < .seconds(2))
        #expect(try #require(daemon.residentBytes) < 200 << 20)
        // Silent ones cost nothing.
        let before = daemon.processorTime
        usleep(1_000_000)
        #expect(daemon.processorTime - before < .milliseconds(500))
        // And each of them is there.
        for client in idle {
            try client.send("x")
            #expect(try client.receive() == Array("x".utf8))
            client.close()
        }
        busy.close()
        #expect(daemon.stop() == 0)
        let records = try daemon.clientRecords()
        #expect(records.count { $0.contains("established") } == 5001)
        #expect(records.count { $0 == "INFO:Connection closed" } == 5001)
    }

    @Test func tooManyOpenFilesIsReportedAndPasses() throws {
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0"],
            through: ["/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\""]
        )
        let address = try #require(daemon.addresses.first)
        let clients = try (0..<200).map { _ in try TestSocket(to: address) }
        #expect(daemon.hasLogged("WARNING:Cannot accept connections at hello: Too many open files; they wait\n"))
        let before = daemon.processorTime
        usleep(2_000_000)
        #expect(daemon.processorTime - before < .milliseconds(400))
        // At most one record in ten seconds.
        #expect(try daemon.clientRecords().count { $0.contains("Cannot accept") } <= 2)
        for client in clients { try client.send("x") }
        for client in clients {
            #expect(try client.receiveToEnd() == "Hello, client!")
            client.close()
        }
        #expect(daemon.stop() == 0)
        let records = try daemon.clientRecords()
        #expect(records.count { $0 == "INFO:Connection closed" } == 200, "\(records.suffix(20))")
    }

    /// Records that cannot be written keep within the queue's size, and clients wait.
    @Test func datagramsAndStreamsShareTheQueue() throws {
        let directory = try TemporaryDirectory()
        let daemon = try DaemonProcess(
            [
                "--listen", "discard@tcp:127.0.0.1:0", "--listen", "hello@udp:127.0.0.1:0", "--queue-size", "64K",
                "--log-sync", "data",
            ],
            in: directory
        )
        let stream = try TestSocket(to: daemon.addresses[0])
        let datagrams = try TestSocket(to: daemon.addresses[1])
        let line = Array(repeating: UInt8(ascii: "d"), count: 20_000)
        for _ in 0..<100 { try stream.send(line) }
        try datagrams.send("x")
        #expect(try datagrams.receive() == Array("Hello, client!".utf8))
        stream.endSending()
        #expect(try stream.receiveToEnd() == "")
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        let prefix = "DEBUG:Received data: "
        let bytes = try daemon.clientRecords().filter { $0.hasPrefix(prefix) }.map { $0.utf8.count - prefix.utf8.count }
        #expect(bytes.reduce(0, +) == 100 * line.count)
    }
}
