import Foundation
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

/// Clients of an output that takes records at once, so that a loop writes them itself.
@Suite struct PromptCommitTests {
    /// Keeps `connection|message`.
    private static func describing(_ record: borrowing LogRecord) -> [UInt8] {
        Array("\(record.origin?.connection ?? 0)|".utf8) + record.message
    }

    /// One exchange after the other, so that the loop has nothing else to do.
    private func exchange(_ count: Int, at address: ListenAddress, _ text: String) throws {
        for number in 0..<count {
            let client = try Client(address)
            try client.send("\(text) \(number)")
            #expect(try client.receiveAllText() == "Hello, client!")
        }
    }

    @Test func aReplyNeedsNoChangeOfThreads() throws {
        let test = try TestServer(MemoryBackend(promptness: { $0 }))
        let address = try test.listen("hello")
        try exchange(50, at: address, "x")
        #expect(eventually { test.backend.committedCount == 200 })
        #expect(test.backend.promptWrites > 10)
        for number in 0..<50 {
            #expect(test.messages[number * 4 + 1] == "Received data: x \(number)")
            #expect(test.messages[number * 4 + 3] == "Connection closed")
        }
        #expect(test.backend.violations == [])
    }

    @Test func noReplyBeforeTheLastRecordIsWritten() throws {
        let test = try TestServer(MemoryBackend(paused: true, promptness: { _ in 1 }))
        let client = try Client(test.listen("hello"))
        try client.send("x")
        #expect(eventually { test.backend.isInWrite })
        #expect(test.backend.committedCount < 2)
        #expect(client.isQuiet)
        test.backend.release()
        #expect(try client.receiveAllText() == "Hello, client!")
        #expect(eventually { test.backend.committedCount == 4 })
    }

    /// Some batches are taken at once, some in part, and some not at all.
    @Test(arguments: [1, 2]) func allRecordsOfEachConnectionAreThereInOrder(threads: Int) throws {
        let random = Mutex(SeededGenerator(seed: 1))
        let backend = MemoryBackend(
            promptness: { count in random.withLock { min(count, Int.random(in: 0...10, using: &$0)) } },
            encoding: Self.describing
        )
        let test = try TestServer(backend, threads: threads)
        let address = try test.listen("hello")
        let (clients, exchanges) = (2, 400)
        let finished = Atomic<Int>(0)
        for client in 0..<clients {
            Thread.detachNewThread {
                do {
                    try exchange(exchanges, at: address, "\(client)")
                } catch {
                    Issue.record(error)
                }
                finished.add(1, ordering: .releasing)
            }
        }
        #expect(eventually(within: .seconds(60)) { finished.load(ordering: .acquiring) == clients })
        #expect(eventually { backend.committedCount == 4 * clients * exchanges })
        #expect(backend.promptWrites > 10 && backend.writes > 10)
        #expect(backend.violations == [])
        let metrics = test.pipeline.metrics
        #expect(metrics.committed == metrics.received && metrics.waitingBytes == 0)

        var texts: [Substring: [Substring]] = [:]
        for record in test.messages {
            let parts = record.split(separator: "|", maxSplits: 1)
            texts[parts[0], default: []].append(parts[1])
        }
        #expect(texts.count == clients * exchanges)
        var data: Set<Substring> = []
        for (connection, texts) in texts {
            try #require(texts.count == 4, "\(connection): \(texts)")
            #expect(texts[0].hasPrefix("Connection established with "))
            data.insert(texts[1])
            #expect(texts[2...] == ["Sent data: Hello, client!", "Connection closed"])
        }
        #expect(data.count == clients * exchanges)
    }

    /// A rest after each would make a client slower that sends one message and waits for its answer.
    @Test func whoIsAnsweredAtOnceIsReadAtOnce() throws {
        let test = try TestServer(MemoryBackend(promptness: { $0 }), threshold: .notice)
        let client = try Client(test.listen("relp", limits: ListenerLimits(idleTimeout: nil)))
        let offers = "relp_version=0\nrelp_software=test\ncommands=syslog"
        try client.send("1 open \(offers.utf8.count) \(offers)\n")
        _ = try client.receive()
        var quick = 0
        for number in 2...300 {
            let start = ContinuousClock.now
            try client.send("\(number) syslog 5 <13>a\n")
            #expect(try client.receiveText() == "\(number) rsp 6 200 OK\n")
            if ContinuousClock.now - start < ReadPacing.rest { quick += 1 }
        }
        #expect(test.backend.promptWrites > 100)
        #expect(quick > 30, "the others met with a busy machine")
    }
}
