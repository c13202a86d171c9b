import Foundation
import Linux
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

@Suite struct DatagramListenerTests {
    private func count(_ prefix: String, _ test: TestServer) -> Int {
        test.messages.count { $0.hasPrefix(prefix) }
    }

    @Test(arguments: [("hello", "Hello, client!"), ("echo", "text")]) func repliesGoToTheSender(
        name: String,
        reply: String
    ) throws {
        let test = try TestServer()
        let client = try Client(test.receive(name))
        guard case .udp(let host, let port) = ListenAddress(of: client.descriptor) else { return }
        try client.send("text")
        #expect(try client.receiveText() == reply)
        #expect(eventually { test.backend.committedCount == 2 })
        #expect(
            test.messages == ["Received data from \(host):\(port): text", "Sent data to \(host):\(port): \(reply)"]
        )
        #expect(test.server.metrics.messages.datagrams == 1)
    }

    @Test func discardDoesNotReply() throws {
        let test = try TestServer()
        let client = try Client(test.receive("discard"))
        try client.send("text")
        #expect(eventually { test.backend.committedCount == 1 })
        test.finishPending()
        #expect(client.isQuiet)
    }

    @Test func aUnixSenderWithoutANameIsRecordedAndNotAnswered() throws {
        let test = try TestServer()
        let directory = try TemporaryDirectory()
        let address = try test.receive("echo", at: .unixDatagram(path: directory.path("x.sock")))
        try Client(address).send("unnamed")
        let named = try Client(address)
        try named.bind(directory.path("client.sock"))
        try named.send("named")
        #expect(try named.receiveText() == "named")
        #expect(eventually { test.backend.committedCount == 3 })
        let peer = "unix:pid=\(getpid()),uid=\(getuid()),gid=\(getgid())"
        #expect(
            test.messages == [
                "Received data from \(peer): unnamed", "Received data from \(peer): named",
                "Sent data to \(peer): named",
            ]
        )
    }

    @Test func aReplyThatIsNotTakenIsRecordedAndDelaysNoOther() throws {
        let test = try TestServer()
        let directory = try TemporaryDirectory()
        let address = try test.receive("echo", at: .unixDatagram(path: directory.path("x.sock")))
        test.backend.pause()
        let gone = try Client(address)
        try gone.bind(directory.path("gone.sock"))
        try gone.send("x")
        #expect(eventually { test.backend.isInWrite })
        gone.close()
        test.backend.release()
        #expect(eventually { test.messages.contains { $0.hasPrefix("Cannot reply to ") } })
        let client = try Client(address)
        try client.bind(directory.path("client.sock"))
        try client.send("y")
        #expect(try client.receiveText() == "y")
    }

    @Test func repliesWaitForCommits() throws {
        let test = try TestServer(MemoryBackend(paused: true))
        let client = try Client(test.receive("hello"))
        for _ in 0..<40 { try client.send("x") }
        #expect(eventually { test.pipeline.metrics.received == 40 })
        test.finishPending()
        #expect(client.isQuiet)
        test.backend.release()
        for _ in 0..<40 { #expect(try client.receiveText() == "Hello, client!") }
    }

    @Test func refusedRecordsAreNotAnswered() throws {
        let test = try TestServer(MemoryBackend { WriteOutcome(done: $0, rejected: Array(0..<$0)) })
        let client = try Client(test.receive("hello"))
        try client.send("x")
        #expect(eventually { test.backend.rejected.count == 1 })
        test.finishPending()
        #expect(client.isQuiet)
        test.backend.follow(nil)
        try client.send("y")
        #expect(try client.receiveText() == "Hello, client!")
    }

    /// A queue that is full and has space again all the time: each time the reader must go on by itself.
    @Test func aFullQueueStopsTheReaderForAsLongAsItIsFull() throws {
        let test = try TestServer(capacity: 40)
        let client = try Client(test.receive("discard"))
        for round in 1...400 {
            for _ in 0..<3 { try client.send("a datagram that fills the queue") }
            try #require(eventually { test.server.metrics.messages.datagrams == UInt64(round * 3) })
        }
        #expect(eventually { test.backend.committedCount == 1200 })
    }

    /// As many as the receive buffer holds only where we may make it larger.
    @Test(.enabled(if: getuid() == 0, "skipped: not root")) func aBlockedBackendLetsThemWaitInTheSocket() throws {
        let test = try TestServer(MemoryBackend(paused: true), capacity: 100_000)
        let client = try Client(test.receive("echo"))
        // The reader has begun, and has made the buffer larger.
        test.finishPending()
        var size: Int32 = 4 * 1024 * 1024
        setsockopt(client.descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size))
        let padding = String(repeating: ".", count: 5000)
        for number in 0..<100 { try client.send("\(number)\(padding)") }
        #expect(eventually { test.pipeline.isFull })
        test.finishPending()
        #expect(test.server.metrics.messages.datagrams < 100)
        test.backend.release()
        for number in 0..<100 { #expect(try client.receiveText() == "\(number)\(padding)") }
        #expect(count("Received", test) == 100)
        #expect(eventually { count("Sent", test) == 100 })
    }

    /// As many as the receive buffer holds only where we may make it larger.
    @Test(.enabled(if: getuid() == 0, "skipped: not root")) func whatIsInOurSocketAtTheEndIsStillServed() throws {
        let test = try TestServer(MemoryBackend(paused: true))
        let client = try Client(test.receive("hello"))
        // The reader has begun, and has made the buffer larger.
        test.finishPending()
        // More than may wait for replies.
        for _ in 0..<1500 { try client.send("x") }
        #expect(eventually { test.pipeline.metrics.received >= 1024 })
        test.stopAccepting()
        test.backend.release()
        #expect(eventually { test.server.isIdle })
        #expect(eventually { test.pipeline.metrics.waiting == 0 && count("Received", test) == 1500 })
        #expect(count("Sent", test) == 1500)
    }

    /// After the last deadline the sockets are closed: nothing may be done with them then.
    @Test func whoIsNotAnsweredWhenTheDaemonGivesUpIsNotAnsweredLater() throws {
        let test = try TestServer(MemoryBackend(paused: true))
        let client = try Client(test.receive("hello"))
        for _ in 0..<3 { try client.send("x") }
        #expect(eventually { test.pipeline.metrics.received == 3 })
        test.stopAccepting()
        test.finishPending()
        #expect(!test.server.isIdle)
        test.server.abortConnections()
        #expect(eventually { test.server.isIdle })
        test.backend.release()
        #expect(eventually { count("Cannot reply to ", test) == 3 })
        #expect(test.messages.last?.hasSuffix(": the daemon stops") == true)
        test.finishPending()
        #expect(client.isQuiet)
    }

    /// What comes after a stop is not taken, or a flood would keep the daemon from its end.
    @Test(arguments: [false, true]) func aStopTakesWhatWasThereAndEndsBesideAFlood(isUnix: Bool) throws {
        let test = try TestServer(MemoryBackend(paused: true), threshold: .debug)
        let directory = try TemporaryDirectory()
        let place: ListenAddress = isUnix ? .unixDatagram(path: directory.path("x")) : .udp(host: "127.0.0.1", port: 0)
        let address = try test.receive("discard", at: place)
        test.finishPending()
        let isOver = Flag()
        let senders = try (0..<2).map { _ in try Client(address) }
        for sender in senders {
            Foundation.Thread.detachNewThread {
                // Until the socket is closed: then nothing takes it.
                while !isOver.isSet, (try? sender.send("flood")) != nil {}
            }
        }
        #expect(eventually { test.server.metrics.messages.datagrams > 100 })
        test.backend.release()
        test.stopAccepting()
        #expect(eventually { test.server.isIdle }, "though more comes all the time")
        isOver.set()
        #expect(!test.messages.contains { $0.hasPrefix("Cannot receive") })
    }

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }

    @Test func aFloodIsCountedAndRecorded() throws {
        let test = try TestServer(MemoryBackend(paused: true), capacity: 1000)
        let client = try Client(test.receive("discard"))
        let piece = [UInt8](repeating: 0x61, count: 60_000)
        // Far more than the buffer holds.
        for _ in 0..<300 { try client.send(piece) }
        test.backend.release()
        #expect(
            eventually {
                let counts = test.server.metrics.messages
                return counts.dropped.total > 0 && counts.datagrams + counts.dropped.total == 300
            }
        )
        test.stopAccepting()
        #expect(eventually { test.server.isIdle })
        // Without another word to the loop.
        #expect(
            eventually {
                let reported = test.messages.filter { $0.contains(" datagrams dropped by the kernel at test: ") }
                let numbers = reported.compactMap { $0.split(separator: " ").first.flatMap { UInt64($0) } }
                return numbers.reduce(0, +) == test.server.metrics.messages.dropped.total
            }
        )
    }

    /// A socket that is readable and cannot be received from: a listening stream socket with a connection in its queue.
    @Test func aSocketThatKeepsFailingIsReportedOnceAndDoesNotKeepTheThreadBusy() throws {
        let backend = MemoryBackend()
        let stage = try WorkerStage(backend)
        let address = ListenAddress.tcp(host: "127.0.0.1", port: 0)
        let (failing, sound) = (
            try ListeningSocket.open(address), try ListeningSocket.open(.udp(host: "127.0.0.1", port: 0))
        )
        let client = try Client(#require(ListenAddress(of: failing)))
        for (name, socket) in [("failing", failing), ("sound", sound)] {
            let service = Service.exchange(EchoProtocol())
            let socket = DatagramSocket(name: name, service: service, descriptor: socket, isOpenedByDaemon: true)
            stage.mailbox.execute { $0.loop.open(DatagramListener(socket, $0)) }
        }
        func failures() -> [String] { backend.committed.filter { $0.hasPrefix("Cannot receive at failing: ") } }
        #expect(eventually { !failures().isEmpty })
        try #require(failures().count == 1)
        #expect(failures() == ["Cannot receive at failing: \(Errno(ENOTCONN))"])
        // Long enough for several tries, each of which fails.
        let (begin, used) = (ContinuousClock.now, stage.threadTime)
        let other = try Client(#require(ListenAddress(of: sound)))
        while ContinuousClock.now - begin < .seconds(1) {
            try other.send("x")
            #expect(try other.receiveText() == "x", "others are served")
            usleep(50_000)
        }
        #expect(stage.threadTime - used < .milliseconds(200), "a thread that is kept busy needs all the time there is")
        #expect(failures().count == 1)
        client.close()
    }

    @Test func thresholdAndBackendCanBeChanged() throws {
        let test = try TestServer()
        let client = try Client(test.receive("echo"))
        try client.send("1")
        #expect(try client.receiveText() == "1")
        #expect(eventually { test.backend.committedCount == 2 })
        let other = MemoryBackend()
        try test.pipeline.replaceBackend(with: other)
        test.finishPending()
        try client.send("2")
        #expect(try client.receiveText() == "2")
        #expect(eventually { other.committedCount == 2 })
        test.server.setThreshold(.warning)
        test.finishPending()
        try client.send("3")
        #expect(try client.receiveText() == "3")
        test.stopAccepting()
        #expect(eventually { test.server.isIdle })
        #expect(other.committedCount == 2)
        #expect(test.backend.committedCount == 2)
    }
}
