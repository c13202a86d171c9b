import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// How long clients wait for an output whose writes take long, as with `log_sync` on a slow disk.
@Suite struct CommitWaitTests {
    private func sender(of text: String, to address: ListenAddress) throws -> Client {
        let client = try Client(address)
        try client.send(Sample.framed(text, .json))
        client.endOutput()
        return client
    }

    /// Those that come while a write is under way are all confirmed by the next one.
    @Test(arguments: [1, 2]) func aClientThatComesJustAfterAWriteBeganWaitsForOneMore(threads: Int) throws {
        let test = try TestServer(MemoryBackend(paused: true), threads: threads, threshold: .warning)
        let address = try test.listen("json", limits: ListenerLimits(idleTimeout: nil))
        let first = try sender(of: "first", to: address)
        #expect(eventually { test.backend.isInWrite })
        let others = try (0..<20).map { try sender(of: "\($0)", to: address) }
        // Their records are handed over before the first commit.
        #expect(eventually { test.pipeline.metrics.received == 21 })
        #expect(test.backend.writes == 0)
        #expect(([first] + others).allSatisfy { $0.isQuiet })
        test.backend.release()
        for client in [first] + others { #expect(try client.receiveAll().isEmpty) }
        #expect(test.backend.writes == 2)
        #expect(test.backend.committedCount == 21)
    }

    /// Below the log level they have none.
    @Test(arguments: ["hello", "echo"]) func aReplyWaitsForRecordsOfItsOwnConnectionOnly(name: String) throws {
        let test = try TestServer(MemoryBackend(paused: true), threshold: .warning)
        let sender = try sender(of: "x", to: test.listen("json", limits: ListenerLimits(idleTimeout: nil)))
        #expect(eventually { test.backend.isInWrite })
        let client = try Client(test.listen(name))
        try client.send("x")
        #expect(try client.receiveText() == (name == "hello" ? "Hello, client!" : "x"))
        #expect(sender.isQuiet && test.backend.writes == 0)
        test.backend.release()
        #expect(try sender.receiveAll().isEmpty)
    }
}
