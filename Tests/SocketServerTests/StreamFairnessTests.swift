import Foundation
import Linux
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

/// Those who send much, and those who have to wait for them.
@Suite struct StreamFairnessTests {
    private let reply = "Hello, client!"

    /// Takes byte by byte, and counts.
    private final class ByteByByte: ExchangeProtocol {
        let receives = Atomic<Int>(0)
        let name = "bytes"
        let receiveLimit = 1
        let repliesOnce = false
        let endConfirms = false

        func reply(to received: Span<UInt8>) -> [UInt8]? {
            receives.wrappingAdd(1, ordering: .relaxed)
            return nil
        }
    }

    /// Notes how much is received from one of the loop's rounds to the next.
    private final class Watch: Sendable {
        let most = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)

        func look(_ bytes: ByteByByte, _ before: Int, _ mailbox: Mailbox<SocketWorker>) {
            guard !isOver.load(ordering: .relaxed) else { return }
            mailbox.execute { _ in
                let now = bytes.receives.load(ordering: .relaxed)
                self.most.max(now - before, ordering: .relaxed)
                self.look(bytes, now, mailbox)
            }
        }
    }

    /// Each piece that arrives is reported; it must not bring another turn for each.
    @Test func aConnectionThatIsReadyOftenHasNoMoreTurnsThanOthers() throws {
        let stage = try WorkerStage(CountingBackend(), threshold: .warning)
        let bytes = ByteByByte()
        let client = try Client(stage.listen(.exchange(bytes)))
        let (watch, total) = (Watch(), 20_000)
        watch.look(bytes, 0, stage.mailbox)
        stage.perform { _ in }
        for _ in 0..<(total / 100) { try client.send([UInt8](repeating: 0x61, count: 100)) }
        #expect(eventually { bytes.receives.load(ordering: .relaxed) == total })
        watch.isOver.store(true, ordering: .relaxed)
        // Sixteen as what is reported, and sixteen as what was left over.
        #expect((1...32).contains(watch.most.load(ordering: .relaxed)))
    }

    /// Notes how many records are made from one of the loop's rounds to the next.
    private final class RecordWatch: Sendable {
        let most = Atomic<Int>(0)
        let last = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)

        func look(_ mailbox: Mailbox<SocketWorker>) {
            guard !isOver.load(ordering: .relaxed) else { return }
            mailbox.execute { worker in
                let now = Int(worker.recorder.position)
                self.most.max(now - self.last.load(ordering: .relaxed), ordering: .relaxed)
                self.last.store(now, ordering: .relaxed)
                self.look(mailbox)
            }
        }
    }

    /// A sender at full speed has turns of 32 KiB: others are looked at in between.
    @Test func aTurnIsBoundedInBytes() throws {
        let stage = try WorkerStage(CountingBackend(), threshold: .warning)
        let client = try Client(stage.listen("json"))
        let line = Array(#"{"message":"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"}"#.utf8) + [0x0A]
        let (lines, total) = (40, 40_000)
        let piece = (0..<(total / lines)).flatMap { _ in line }
        let watch = RecordWatch()
        watch.look(stage.mailbox)
        Foundation.Thread.detachNewThread { for _ in 0..<lines where (try? client.send(piece)) == nil { return } }
        #expect(eventually { watch.last.load(ordering: .relaxed) == total })
        watch.isOver.store(true, ordering: .relaxed)
        // One turn as what is ready, and one as what was left over.
        let most = watch.most.load(ordering: .relaxed)
        #expect((1...(2 * (32 * 1024 / line.count + 1))).contains(most))
    }

    /// And by messages: those of one letter take a hundred times as long for each byte.
    @Test func aTurnOfTinyMessagesIsBounded() throws {
        let stage = try WorkerStage(CountingBackend(), threshold: .warning)
        let client = try Client(stage.listen("json"))
        let (pieces, total) = (10, 200_000)
        let piece = [UInt8]((0..<(total / pieces)).map { _ in [0x78, 0x0A] }.joined())
        let watch = RecordWatch()
        func send(_ count: Int, upTo total: Int) throws {
            for _ in 0..<count { try client.send(piece) }
            #expect(eventually { watch.last.load(ordering: .relaxed) == total })
        }
        watch.look(stage.mailbox)
        // Until it is known how many there are in a turn.
        try send(pieces / 2, upTo: total / 2)
        watch.most.store(0, ordering: .relaxed)
        try send(pieces / 2, upTo: total)
        watch.isOver.store(true, ordering: .relaxed)
        // A turn of 32 KiB would be 16,384 of them; one of the least is 512, and the one after it may be twice as large.
        #expect((1...2048).contains(watch.most.load(ordering: .relaxed)))
    }

    @Test(arguments: [Severity.debug, .warning]) func whoSendsWithoutEndDoesNotStarveOthers(threshold: Severity) throws
    {
        let stage = try WorkerStage(CountingBackend(), capacity: 1 << 20, threshold: threshold)
        let (discard, hello) = (try stage.listen("discard"), try stage.listen("hello"))
        let piece = [UInt8](repeating: 0x61, count: 1 << 18)
        let flood = try (0..<4).map { _ in try Client(discard) }
        for client in flood {
            Foundation.Thread.detachNewThread { while (try? client.send(piece)) != nil {} }
        }
        for _ in 0..<20 {
            let client = try Client(hello)
            try client.send("x")
            #expect(try client.receiveAllText() == reply)
        }
        for client in flood { shutdown(client.descriptor, Int32(SHUT_RDWR)) }
        #expect(eventually { stage.metrics.open == 0 })
    }

    /// Those that send without end stop at the backlog, and others' records come soon after it, not after a full queue.
    @Test func theQueueIsNotFilledByThoseThatSendMuch() throws {
        let backend = MemoryBackend(paused: true)
        let stage = try WorkerStage(backend, capacity: 16 << 20, threshold: .informational)
        let (json, hello) = (try stage.listen("json"), try stage.listen("hello"))
        let line = Array(#"{"message":"abcdefghijklmnopqrstuvwxyz"}"#.utf8) + [0x0A]
        let piece = Array(repeatElement(line, count: 10_000).joined())
        let flood = try (0..<8).map { _ in try Client(json) }
        for client in flood {
            Foundation.Thread.detachNewThread { while (try? client.send(piece)) != nil {} }
        }
        #expect(eventually { stage.pipeline.metrics.waitingBytes >= 256 * 1024 })
        // Rounds of the loop, in which they could send more.
        for _ in 0..<500 { stage.perform { _ in } }
        #expect(stage.pipeline.metrics.waitingBytes < 2 << 20, "a turn of each may come on top")
        let client = try Client(hello)
        try client.send("x")
        #expect(eventually { stage.metrics.open == 9 }, "others are served")
        backend.release()
        #expect(try client.receiveAllText() == reply)
        for client in flood { shutdown(client.descriptor, Int32(SHUT_RDWR)) }
        #expect(eventually { stage.metrics.open == 0 })
    }
}
