import Foundation
import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

@Suite struct StreamAcceptorTests {
    private func exchange(_ text: String, _ client: Client) throws {
        try client.send(text)
        #expect(try client.receiveText() == text)
    }

    @Test(arguments: [1, 2, 3]) func noMoreThanTheLimitAreOpen(threads: Int) throws {
        let test = try TestServer(threads: threads)
        let limits = ListenerLimits(idleTimeout: nil, maxConnections: 2)
        let address = try test.listen("echo", limits: limits)
        var clients = try (0..<8).map { _ in try Client(address) }
        for client in clients { try client.send("x") }
        #expect(try clients[0].receiveText() == "x")
        #expect(try clients[1].receiveText() == "x")
        for next in 2..<8 {
            test.finishPending()
            #expect(test.server.metrics.total == UInt64(next))
            #expect(test.server.metrics.open == 2)
            #expect(clients[2...].allSatisfy { $0.isQuiet })
            try exchange("y", clients[1])
            // One goes, the next one of those who wait comes.
            clients.removeFirst().close()
            #expect(try clients[1].receiveText() == "x")
        }
    }

    /// At the limit the next one is accepted when a place is free, and not only when a while has passed.
    @Test func whoWaitsForAPlaceGetsItAtOnce() throws {
        let test = try TestServer()
        let address = try test.listen("hello", limits: ListenerLimits(idleTimeout: nil, maxConnections: 1))
        let start = ContinuousClock.now
        let clients = try (0..<60).map { _ in try Client(address) }
        for client in clients {
            try client.send("x")
            #expect(try client.receiveAllText() == "Hello, client!")
            client.close()
        }
        // A quarter of a second each would be 15 s.
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    /// The limit that leaves descriptors for the log is one for all listeners.
    @Test func nobodyIsAcceptedBeyondTheLimitOfAllListeners() throws {
        let test = try TestServer()
        let addresses = [try test.listen("echo"), try test.listen("echo")]
        test.server.limitConnections(to: 2)
        var clients = try (0..<6).map { try Client(addresses[$0 % 2]) }
        for (number, client) in clients.enumerated() { try client.send("\(number)") }
        #expect(eventually { test.server.metrics.open == 2 })
        test.finishPending()
        #expect(test.server.metrics.open == 2)
        #expect(eventually { test.messages.contains { $0.hasSuffix(": Too many open files; they wait") } })
        while !clients.isEmpty {
            #expect(eventually { clients.contains { !$0.isQuiet } })
            let served = try #require(clients.firstIndex { !$0.isQuiet })
            _ = try clients[served].receiveText()
            #expect(test.server.metrics.open <= 2)
            clients.remove(at: served).close()
        }
        #expect(test.server.metrics.total == 6)
        #expect(test.messages.count { $0.contains("Too many open files") } <= 2, "one in ten seconds for each listener")
    }

    @Test func threeThreadsServeOneListener() throws {
        let test = try TestServer(threads: 3)
        let address = try test.listen("echo", limits: ListenerLimits(idleTimeout: nil, maxConnections: 40))
        for round in 0..<20 {
            let clients = try (0..<60).map { _ in try Client(address) }
            for (number, client) in clients.enumerated() { try client.send("\(round) \(number)") }
            for (number, client) in clients.enumerated() {
                #expect(try client.receiveText() == "\(round) \(number)")
                #expect(test.server.metrics.open <= 40)
                client.close()
            }
        }
        #expect(eventually { test.server.metrics.open == 0 })
        #expect(test.server.metrics.total == 1200)
        #expect(eventually { test.backend.committedCount == 4800 })
        #expect(test.backend.violations == [])
    }

    /// Those that wait for a place and those that wait for space in the queue do not accept after the end.
    @Test func anAcceptorThatWaitsStopsToo() throws {
        for (limit, isPaused) in [(1, false), (10, true)] {
            let test = try TestServer(MemoryBackend(paused: isPaused), capacity: isPaused ? 10 : 1 << 20, threads: 2)
            let address = try test.listen("echo", limits: ListenerLimits(idleTimeout: nil, maxConnections: limit))
            let first = try Client(address)
            try first.send("x")
            if isPaused {
                #expect(eventually { test.pipeline.isFull })
            } else {
                #expect(try first.receiveText() == "x")
            }
            let second = try Client(address)
            test.finishPending()
            test.stopAccepting()
            test.finishPending()
            test.backend.release()
            first.close()
            #expect(eventually { test.server.isIdle })
            #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try second.receive() }
            #expect(test.server.metrics.total == 1)
        }
    }

    @Test func thePlacesAreFreeAgainHoweverConnectionsEnd() throws {
        let test = try TestServer(threads: 2)
        let limits = ListenerLimits(idleTimeout: nil, maxConnections: 3)
        let address = try test.listen("echo", limits: limits)
        for round in 0..<100 {
            let client = try Client(address)
            switch round % 3 {
            case 0: client.reset()
            case 1: client.close()
            default:
                try exchange("x", client)
                client.endOutput()
                #expect(try client.receiveAll().isEmpty)
            }
        }
        let three = try (0..<3).map { _ in try Client(address) }
        for client in three { try exchange("x", client) }
        #expect(eventually { test.server.metrics.open == 3 })
    }

    @Test func nobodyIsAcceptedWhileTheQueueIsFull() throws {
        // Not even two connections' records.
        let test = try TestServer(MemoryBackend(paused: true), capacity: 50)
        let address = try test.listen("hello")
        let first = try Client(address)
        try first.send("x")
        #expect(eventually { test.pipeline.isFull })
        let clients = [first] + (try (0..<99).map { _ in try Client(address) })
        for client in clients.dropFirst() { try client.send("x") }
        test.finishPending()
        #expect(test.server.metrics.total == 1)
        #expect(clients.allSatisfy { $0.isQuiet })
        test.backend.release()
        for client in clients { #expect(try client.receiveAllText() == "Hello, client!") }
        for client in clients { client.close() }
        #expect(eventually { test.backend.committedCount == 400 })
    }

    @Test func aFullQueueStopsStreamsAndLosesNothing() throws {
        let test = try TestServer(MemoryBackend(paused: true), capacity: 100_000)
        let address = try test.listen("discard")
        let client = try Client(address)
        let piece = Array("0123456789abcdef\n".utf8)
        let bytes = Array(repeatElement(piece, count: 60_000).joined())
        Foundation.Thread.detachNewThread {
            try? client.send(bytes)
            client.endOutput()
        }
        #expect(eventually { test.pipeline.isFull })
        test.finishPending()
        // One receive of 16 KiB may come on top of what fills it, with its newlines doubled.
        #expect(test.pipeline.metrics.waitingBytes < 100_000 + 2 * 64 * 1024)
        test.backend.release()
        #expect(try client.receiveAll().isEmpty)
        #expect(eventually { test.messages.last == "Connection closed" })
        let received = test.messages.filter { $0.hasPrefix("Received data: ") }
        let text = received.map { $0.dropFirst("Received data: ".count) }.joined()
        #expect(text == String(repeating: "0123456789abcdef\\n", count: 60_000))
    }
}
