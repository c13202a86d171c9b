import Foundation
import Linux
import LogBackends
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Real sockets, and what is hard about them: much or little at once, ends and resets at the wrong time.
@Suite struct StreamConnectionTests {
    private let reply = "Hello, client!"

    private static let sizes = [
        1, 1023, 1024, 1025, 2048, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 32 * 1024, 48 * 1024, 16 * 16 * 1024,
        17 * 16 * 1024,
    ]

    private func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    /// All of it, or less when the other side is slower than the deadline.
    private func receive(_ count: Int, _ client: Client) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let more = try client.receive()
            if more.isEmpty { break }
            all += more
        }
        return all
    }

    // MARK: edges

    /// Everything is there when the loop looks first, the end included.
    @Test(arguments: [true, false], [Severity.debug, .warning])
    func dataAndTheEndAtOnce(unix: Bool, threshold: Severity) throws {
        let stage = try WorkerStage(MemoryBackend(), threshold: threshold)
        let directory = try TemporaryDirectory()
        let place: ListenAddress = unix ? .unix(path: directory.path("x")) : .tcp(host: "127.0.0.1", port: 0)
        let address = try stage.listen("echo", at: place)
        for size in Self.sizes where !unix || size < 100_000 {
            let sent = bytes(size)
            let client = try stage.whileHeld {
                let client = try Client(address)
                try client.send(sent)
                client.endOutput()
                return client
            }
            #expect(try client.receiveAll() == sent, "\(size) bytes")
        }
    }

    @Test func dataAndTheEndAtOnceForHelloAndDiscard() throws {
        let backend = MemoryBackend()
        let stage = try WorkerStage(backend)
        let (hello, discard) = (try stage.listen("hello"), try stage.listen("discard"))
        for size in Self.sizes {
            let clients = try stage.whileHeld {
                try [hello, discard].map { address in
                    let client = try Client(address)
                    try client.send(bytes(size))
                    client.endOutput()
                    return client
                }
            }
            #expect(try clients[0].receiveAllText() == reply)
            #expect(try clients[1].receiveAll() == [])
        }
        #expect(eventually { stage.metrics.open == 0 })
        #expect(eventually { stage.pipeline.metrics.waiting == 0 })
        #expect(!backend.committed.contains { $0.contains("lost") })
    }

    /// Nothing ends: what is there must be taken though nothing more comes to tell of it.
    @Test(arguments: [Severity.debug, .warning]) func exactlyAsMuchAsAReceiveTakes(threshold: Severity) throws {
        let stage = try WorkerStage(MemoryBackend(), threshold: threshold)
        let client = try Client(stage.listen("echo"))
        for size in Self.sizes {
            let sent = bytes(size)
            try stage.whileHeld { try client.send(sent) }
            #expect(try receive(size, client) == sent, "\(size) bytes")
        }
    }

    @Test func dataThatComesWhileACommitIsAwaited() throws {
        let backend = MemoryBackend()
        let stage = try WorkerStage(backend)
        let client = try Client(stage.listen("echo"))
        for size in Self.sizes {
            backend.pause()
            try client.send("x")
            #expect(eventually { backend.isInWrite })
            let sent = bytes(size)
            try client.send(sent)
            stage.perform { _ in }
            #expect(client.isQuiet)
            backend.release()
            #expect(try receive(size + 1, client) == [0x78] + sent, "\(size) bytes")
            #expect(eventually { stage.pipeline.metrics.waiting == 0 })
        }
    }

    @Test func theEndThatComesWhileACommitIsAwaited() throws {
        let backend = MemoryBackend()
        let stage = try WorkerStage(backend)
        for name in ["hello", "echo", "discard"] {
            let client = try Client(stage.listen(name))
            backend.pause()
            try client.send("x")
            #expect(eventually { backend.isInWrite })
            client.endOutput()
            stage.perform { _ in }
            #expect(client.isQuiet)
            backend.release()
            let expected = ["hello": reply, "echo": "x"][name] ?? ""
            #expect(try client.receiveAllText() == expected)
            #expect(eventually { stage.metrics.open == 0 })
        }
    }

    /// A receive ends at an urgent byte, and nothing tells of what is behind it (tcp(7)).
    @Test func urgentDataHidesNothing() throws {
        let stage = try WorkerStage(MemoryBackend())
        let client = try Client(stage.listen("echo"))
        try client.send("1")
        #expect(try client.receiveText() == "1")
        try stage.whileHeld {
            try client.send("abc")
            #expect(Foundation.send(client.descriptor, "!", 1, Int32(MSG_OOB)) == 1)
            try client.send("def")
        }
        #expect(try receive(6, client) == Array("abcdef".utf8))
    }

    /// So does one from a Unix socket at open files that were sent along (unix(7)).
    @Test func openFilesThatWereSentAlongHideNothing() throws {
        let backend = MemoryBackend()
        let stage = try WorkerStage(backend)
        let directory = try TemporaryDirectory()
        // With a protocol that replies, the taking of the reply would tell of the rest.
        let client = try Client(stage.listen("discard", at: .unix(path: directory.path("x"))))
        try stage.whileHeld {
            try DescriptorMessage(Array("abc".utf8), [client.descriptor]).send(over: client.descriptor)
            try client.send("def")
        }
        #expect(eventually { backend.committed.contains("Received data: def") })
    }

    // MARK: bad peers

    @Test(arguments: ["hello", "echo", "discard"]) func aResetWhileACommitIsAwaited(name: String) throws {
        let backend = MemoryBackend()
        let stage = try WorkerStage(backend)
        let address = try stage.listen(name)
        backend.pause()
        let client = try Client(address)
        try client.send("x")
        #expect(eventually { stage.pipeline.metrics.received > 0 && backend.isInWrite })
        client.reset()
        stage.perform { _ in }
        backend.release()
        #expect(eventually { stage.metrics.open == 0 })
        #expect(eventually { backend.committed.last?.contains(" lost: ") == true })
        #expect(!backend.committed.contains { $0.hasPrefix("Sent") })
        let next = try Client(address)
        next.endOutput()
        #expect(try next.receiveAllText() == (name == "hello" ? reply : ""))
    }

    @Test(arguments: [Severity.debug, .warning]) func aSlowReaderGetsEverything(threshold: Severity) throws {
        let stage = try WorkerStage(MemoryBackend(), threshold: threshold)
        let client = try Client(stage.listen("echo"))
        let sent = bytes(6_000_000)
        Foundation.Thread.detachNewThread {
            try? client.send(sent)
            client.endOutput()
        }
        // Until nothing fits any more between the two.
        var count = -1
        #expect(
            eventually {
                usleep(50_000)
                var waiting: Int32 = 0
                _ = ioctl(client.descriptor, UInt(FIONREAD), &waiting)
                defer { count = Int(waiting) }
                return count == Int(waiting) && waiting > 0
            }
        )
        var received: [UInt8] = []
        while true {
            let more = try client.receive(200_000)
            if more.isEmpty { break }
            received += more
        }
        #expect(received == sent)
    }
}
