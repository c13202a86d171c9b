import Foundation
import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Whole conversations over real sockets.
@Suite struct SocketServerTests {
    private let reply = "Hello, client!"

    private func localName(_ client: Client) throws -> String {
        guard case .tcp(let host, let port) = ListenAddress(of: client.descriptor) else { return "" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    @Test(arguments: ["127.0.0.1", "::1"]) func helloIsRecordedInFourSteps(host: String) throws {
        let test = try TestServer()
        let client = try Client(test.listen("hello", at: .tcp(host: host, port: 0)))
        let name = try localName(client)
        try client.send("good\nday")
        #expect(try client.receiveAllText() == reply)
        client.close()
        #expect(eventually { test.backend.committedCount == 4 })
        #expect(
            test.messages == [
                "Connection established with \(name)",
                "Received data: good\\nday",
                "Sent data: Hello, client!",
                "Connection closed",
            ]
        )
        #expect(eventually { test.server.metrics.open == 0 })
        #expect(test.server.metrics.total == 1)
    }

    @Test func whoEndsWithoutAWordIsAnsweredToo() throws {
        let test = try TestServer()
        let client = try Client(test.listen("hello"))
        client.endOutput()
        #expect(try client.receiveAllText() == reply)
        #expect(eventually { test.backend.committedCount == 4 })
        #expect(test.messages[1] == "Received data: ")
    }

    @Test func helloRecordsTheFirstReceiveAndAnswersWhateverFollows() throws {
        let test = try TestServer()
        let address = try test.listen("hello")
        for size in [1024, 1025, 100_000, 250_000] {
            let client = try Client(address)
            try client.send([UInt8](repeating: 0x61, count: size))
            #expect(try client.receiveAllText() == reply, "\(size) bytes")
            client.close()
        }
        #expect(eventually { test.backend.committedCount == 16 })
        for message in test.messages where message.hasPrefix("Received") { #expect(message.utf8.count <= 15 + 1024) }
        #expect(!test.messages.contains { $0.contains("lost") })
    }

    @Test func whoTricklesAfterTheReplyIsNotWaitedForLong() throws {
        let test = try TestServer()
        let client = try Client(test.listen("hello"))
        try client.send("x")
        #expect(try client.receiveText() == reply)
        let start = ContinuousClock.now
        #expect(
            eventually {
                usleep(50_000)
                return (try? client.send("y")) == nil
            }
        )
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func unixPeersAreKnownByTheirCredentials() throws {
        let test = try TestServer()
        let directory = try TemporaryDirectory()
        let client = try Client(test.listen("hello", at: .unix(path: directory.path("x.sock"))))
        try client.send("x")
        #expect(try client.receiveAllText() == reply)
        #expect(eventually { test.backend.committedCount == 4 })
        #expect(test.messages[0] == "Connection established with unix:pid=\(getpid()),uid=\(getuid()),gid=\(getgid())")
    }

    @Test(arguments: [Severity.debug, .warning]) func echoSendsEverythingBack(threshold: Severity) throws {
        let test = try TestServer(threads: 2, threshold: threshold)
        let client = try Client(test.listen("echo"))
        var random = SeededGenerator(seed: 5)
        let bytes = (0..<400_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        Foundation.Thread.detachNewThread {
            try? client.send(bytes)
            client.endOutput()
        }
        #expect(try client.receiveAll() == bytes)
        #expect(eventually { test.server.metrics.open == 0 })
        if threshold == .warning { #expect(test.messages == []) }
    }

    /// The end of the stream makes the system hand over all that waits in it; no reply may be lost or doubled.
    @Test(arguments: [Severity.debug, .warning]) func echoAnswersAnEndedStreamToo(threshold: Severity) throws {
        let test = try TestServer(threshold: threshold)
        let client = try Client(test.listen("echo"))
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var sent = 0
        // As much as fits while the client does not read what comes back.
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { break }
            sent += count
        }
        client.endOutput()
        test.finishPending()
        let received = try client.receiveAll()
        #expect(received.count == sent)
        #expect(received == Array(bytes[..<sent]))
    }

    @Test func discardIsSilentAndEndsAfterItsCommits() throws {
        let test = try TestServer(MemoryBackend(paused: true))
        let client = try Client(test.listen("discard"))
        try client.send("one")
        client.endOutput()
        #expect(eventually { test.backend.isInWrite && test.pipeline.metrics.received > 0 })
        test.finishPending()
        #expect(client.isQuiet, "no end of the stream before the commit")
        test.backend.release()
        #expect(try client.receiveAll().isEmpty)
        #expect(eventually { test.backend.committedCount == 3 })
        #expect(test.messages.dropFirst() == ["Received data: one", "Connection closed"])
    }

    @Test func aPausedBackendDelaysHelloAndNothingElse() throws {
        let test = try TestServer(MemoryBackend(paused: true), threads: 2)
        let address = try test.listen("hello")
        let clients = try (0..<20).map { _ in try Client(address) }
        for client in clients { try client.send("x") }
        #expect(eventually { test.pipeline.metrics.received == 40 }, "two records each")
        test.finishPending()
        #expect(clients.allSatisfy { $0.isQuiet }, "a reply means that it is recorded")
        let late = try Client(address)
        #expect(eventually { test.server.metrics.open == 21 }, "still served")
        test.backend.release()
        for client in clients { #expect(try client.receiveAllText() == reply) }
        try late.send("x")
        #expect(try late.receiveAllText() == reply)
        for client in clients + [late] { client.close() }
        #expect(eventually { test.backend.committedCount == 84 })
    }

    @Test(arguments: ["hello", "echo"]) func whoseRecordIsRefusedSeesAReset(name: String) throws {
        let test = try TestServer(MemoryBackend { WriteOutcome(done: $0, rejected: Array(0..<$0)) })
        let client = try Client(test.listen(name))
        try client.send("x")
        #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try client.receiveAll() }
        #expect(eventually { test.server.metrics.open == 0 })
        #expect(
            eventually { test.backend.rejected.contains { $0.hasSuffix("lost: its records could not be committed") } }
        )
    }

    @Test func whoResetsIsRecordedAsLost() throws {
        let test = try TestServer()
        let address = try test.listen("echo")
        for _ in 0..<3 {
            let client = try Client(address)
            let name = try localName(client)
            try client.send("x")
            #expect(try client.receiveText() == "x")
            client.reset()
            let message = "Connection with \(name) lost: Connection reset by peer"
            #expect(eventually { test.messages.contains(message) })
        }
    }

    @Test(arguments: ["hello", "echo", "discard"]) func whoSendsNothingIsClosedInTheEnd(name: String) throws {
        let test = try TestServer()
        let limits = ListenerLimits(idleTimeout: .milliseconds(300), maxConnections: 10)
        let client = try Client(test.listen(name, limits: limits))
        let peer = try localName(client)
        if name == "discard" {
            // There an orderly end would be a confirmation.
            #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try client.receiveAll() }
        } else {
            #expect(try client.receiveAll().isEmpty)
        }
        #expect(eventually { test.backend.committedCount == 3 })
        #expect(
            test.messages.dropFirst() == [
                "Connection with \(peer) timed out: nothing received for 0.3 s", "Connection closed",
            ]
        )
    }

    @Test func whoDoesNotTakeTheReplyIsClosedInTheEnd() throws {
        let test = try TestServer(threshold: .warning)
        let limits = ListenerLimits(idleTimeout: .milliseconds(500), maxConnections: 10)
        let client = try Client(test.listen("echo", limits: limits))
        let piece = [UInt8](repeating: 0, count: 1 << 16)
        #expect(eventually { (try? client.send(piece)) == nil }, "closed by the other side")
        #expect(eventually { test.messages.contains { $0.hasSuffix("the reply was not taken for 0.5 s") } })
        #expect(eventually { test.server.metrics.open == 0 })
    }

    // MARK: what the daemon does with it

    @Test func adoptedSocketsKeepTheirBacklog() throws {
        let test = try TestServer()
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0))
        let service = try #require(ProtocolRegistry.named("hello"))
        test.server.accept(StreamListener(name: "test", service: service, limits: ListenerLimits()), on: socket)
        test.finishPending()
        #expect(try Backlog.of(socket) == Backlog.most)
    }

    @Test func nobodyIsAcceptedAfterTheEndAndTheOthersGoOn() throws {
        let test = try TestServer()
        let address = try test.listen("echo")
        let client = try Client(address)
        try client.send("x")
        #expect(try client.receiveText() == "x")
        test.stopAccepting()
        test.finishPending()
        #expect(throws: Client.Failure(operation: "connect", number: ECONNREFUSED)) { try Client(address) }
        try client.send("y")
        #expect(try client.receiveText() == "y")
        #expect(!test.server.isIdle)
        test.server.abortConnections()
        #expect(try client.receiveAll().isEmpty)
        #expect(eventually { test.server.isIdle })
        #expect(test.server.metrics.total == 1)
    }

    @Test func aLongSleepDoesNotCountAsTheNextOnesSilence() throws {
        let test = try TestServer()
        let limits = ListenerLimits(idleTimeout: .milliseconds(1500), maxConnections: 10)
        let address = try test.listen("hello", limits: limits)
        test.finishPending()
        usleep(2_000_000)
        let client = try Client(address)
        // The clock is looked at in between.
        usleep(600_000)
        try client.send("x")
        #expect(try client.receiveAllText() == reply)
    }

    @Test func whoWaitsForACommitAtTheEndSeesAReset() throws {
        let test = try TestServer(MemoryBackend(paused: true))
        let address = try test.listen("hello")
        let (waiting, silent) = (try Client(address), try Client(address))
        try waiting.send("x")
        #expect(eventually { test.pipeline.metrics.received == 3 })
        test.stopAccepting()
        test.server.abortConnections()
        #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try waiting.receiveAll() }
        #expect(try silent.receiveAll().isEmpty)
        #expect(eventually { test.server.isIdle })
        test.backend.release()
        #expect(eventually { test.messages.contains { $0.hasSuffix("lost: the daemon stops") } })
    }

    @Test func thresholdAndBackendCanBeChangedWhileConnectionsAreOpen() throws {
        let test = try TestServer(threads: 2)
        let client = try Client(test.listen("echo"))
        try client.send("1")
        #expect(try client.receiveText() == "1")
        #expect(eventually { test.backend.committedCount == 3 })
        let other = MemoryBackend()
        try test.pipeline.replaceBackend(with: other)
        test.server.setThreshold(.informational)
        test.finishPending()
        try client.send("2")
        #expect(try client.receiveText() == "2")
        client.close()
        #expect(eventually { other.committed == ["Connection closed"] })
        #expect(test.backend.committedCount == 3)
        #expect(eventually { test.backend.closes == 1 })
    }
}
