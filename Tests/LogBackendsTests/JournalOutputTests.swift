import Foundation
import Linux
import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// What reaches journald's socket, and what counts as committed.
@Suite struct JournalOutputTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let output: JournalOutput

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path("socket")
        output = JournalOutput(path: path)
    }

    private func batch(_ numbers: Range<Int>, size: Int = 0) -> LogBatch {
        var batch = LogBatch()
        for number in numbers {
            batch.bytes += Array("MESSAGE=\(number)\(String(repeating: "x", count: size))\n".utf8)
            batch.endRecord()
        }
        return batch
    }

    private func entries(_ numbers: Range<Int>) -> [String] { numbers.map { "MESSAGE=\($0)\n" } }

    /// All that waits in a socket.
    private func waiting(in journal: UnixReceiver) -> [String] {
        var found: [String] = []
        while let entry = journal.poll() { found.append(String(decoding: entry, as: UTF8.self)) }
        return found
    }

    /// Receives until all entries have come, which are in order.
    private func expectAll(_ count: Int, in journal: UnixReceiver) {
        var found: [String] = []
        let arrived = eventually {
            found += waiting(in: journal)
            return found.count >= count
        }
        #expect(arrived)
        let isSame = found == entries(0..<count)
        #expect(isSame, "\(found.count)")
    }

    /// Journald's socket, which the output is connected to: it has got one entry.
    private func connected() throws -> UnixReceiver {
        let journal = try UnixReceiver(.datagram, at: path)
        #expect(output.write([batch(0..<1)], skipping: 0).done == 1)
        return journal
    }

    @Test func eachEntryIsADatagramAndTheSkippedAreNotSent() throws {
        let journal = try UnixReceiver(.datagram, at: path)
        let outcome = output.write([batch(0..<3), batch(3..<5)], skipping: 1)
        #expect(outcome.done == 4)
        #expect(outcome.failure == nil && outcome.rejected.isEmpty)
        #expect(waiting(in: journal) == entries(1..<5))
    }

    @Test func anEntryTooLargeForADatagramIsASealedFile() throws {
        let journal = try UnixReceiver(.datagram, at: path)
        let large = Array("DATA=\(String(repeating: "y", count: 1 << 20))\n".utf8)
        var batch = batch(0..<1)
        batch.bytes += large
        batch.endRecord()
        batch.bytes += Array("MESSAGE=1\n".utf8)
        batch.endRecord()
        #expect(output.write([batch], skipping: 0).done == 3)
        #expect(journal.receiveText() == "MESSAGE=0\n")
        let file = try #require(journal.receiveFile())
        defer { close(file) }
        // F_GET_SEALS of fcntl(2): all four of them, without which journald copies it.
        #expect(fcntl(file, 1034) & 0xF == 0xF)
        var bytes = [UInt8](repeating: 0, count: large.count + 1)
        #expect(pread(file, &bytes, bytes.count, 0) == large.count)
        #expect(Array(bytes.dropLast()) == large)
        #expect(journal.receiveText() == "MESSAGE=1\n")
    }

    @Test func withoutASocketNothingIsCommitted() throws {
        #expect(output.write([batch(0..<1)], skipping: 0).failure?.errno == Errno(ENOENT))
        let journal = try connected()
        journal.close()
        let outcome = output.write([batch(1..<2)], skipping: 0)
        #expect(outcome.done == 0)
        #expect(outcome.failure?.errno == Errno(ECONNREFUSED))
        #expect(outcome.failure?.description == "cannot write to \(path): Connection refused")
    }

    @Test func aSocketThatWasClosedIsConnectedToAgainAtOnce() throws {
        let first = try connected()
        first.close()
        unlink(path)
        let second = try UnixReceiver(.datagram, at: path)
        // No more than the shortest queue takes: net.unix.max_dgram_qlen of unix(7).
        let outcome = output.write([batch(1..<9)], skipping: 0)
        #expect(outcome.done == 8 && outcome.failure == nil)
        #expect(waiting(in: second) == entries(1..<9))
    }

    /// The old socket is still open, so that sending to it succeeds.
    @Test func anEntryThatTheReplacedSocketTookIsSentAgain() throws {
        let first = try connected()
        unlink(path)
        let outcome = output.write([batch(1..<3)], skipping: 0)
        #expect(outcome.done == 0)
        #expect(outcome.failure?.errno == Errno(ENOENT))
        let second = try UnixReceiver(.datagram, at: path)
        #expect(output.write([batch(1..<3)], skipping: 0).done == 2)
        #expect(waiting(in: second) == entries(1..<3))
        #expect(waiting(in: first).first == "MESSAGE=0\n")
    }

    // MARK: writes that must not wait

    @Test func withoutAConnectionNothingIsWrittenAtOnce() throws {
        #expect(!output.canWriteWithoutWaiting)
        let journal = try UnixReceiver(.datagram, at: path)
        #expect(!output.canWriteWithoutWaiting, "the writer connects")
        #expect(output.write([batch(0..<1)], skipping: 0).done == 1)
        #expect(output.canWriteWithoutWaiting)
        #expect(output.writeWithoutWaiting(batch(1..<4)) == 3)
        #expect(waiting(in: journal) == entries(0..<4))
        journal.close()
        #expect(output.writeWithoutWaiting(batch(4..<5)) == 0)
        #expect(!output.canWriteWithoutWaiting)
        #expect(output.write([batch(4..<5)], skipping: 0).failure?.errno == Errno(ECONNREFUSED))
    }

    @Test func aFullQueueTakesAPartAndTheWriterTheRest() throws {
        let journal = try connected()
        let rest = batch(1..<3000)
        let done = output.writeWithoutWaiting(rest)
        #expect((1..<2999).contains(done))
        #expect(output.writeWithoutWaiting(batch(0..<1)) == 0)
        #expect(output.canWriteWithoutWaiting, "the connection is as good as before")
        let written = Writing(rest, skipping: done, to: output)
        expectAll(3000, in: journal)
        #expect(written.outcome.done == 2999 - done)
    }

    @Test func anEntryTooLargeForADatagramIsTheWriters() throws {
        let journal = try connected()
        var batch = batch(1..<2)
        batch.bytes += Array("DATA=\(String(repeating: "y", count: 1 << 20))\n".utf8)
        batch.endRecord()
        #expect(output.writeWithoutWaiting(batch) == 1)
        #expect(output.write([batch], skipping: 1).done == 1)
        #expect(journal.receiveText() == "MESSAGE=0\n")
        #expect(journal.receiveText() == "MESSAGE=1\n")
        let file = try #require(journal.receiveFile())
        close(file)
    }

    /// The old socket is still open, so that sending to it succeeds.
    @Test func whatTheReplacedSocketTookAtOnceIsNotCommitted() throws {
        let first = try connected()
        unlink(path)
        let second = try UnixReceiver(.datagram, at: path)
        #expect(output.writeWithoutWaiting(batch(1..<3)) == 0)
        #expect(!output.canWriteWithoutWaiting)
        #expect(output.write([batch(1..<3)], skipping: 0).done == 2)
        #expect(waiting(in: second) == entries(1..<3))
        #expect(waiting(in: first) == entries(0..<3))
    }

    @Test func aFullQueueMakesTheWriterWait() throws {
        let journal = try UnixReceiver(.datagram, at: path)
        let batch = batch(0..<3000)
        let written = Writing(batch, to: output)
        expectAll(3000, in: journal)
        let outcome = written.outcome
        #expect(outcome.done == 3000 && outcome.failure == nil)
    }

    /// The old one is not read: the writer waits for it, and must notice.
    @Test func aFullQueueOfAReplacedSocketIsLeft() throws {
        let first = try connected()
        #expect(first.receiveText() == entries(0..<1).first)
        let batch = batch(0..<3000)
        let written = Writing(batch, to: output)
        let bytes = { () -> Int32 in
            var count: Int32 = 0
            _ = ioctl(first.descriptor, UInt(FIONREAD), &count)
            return count
        }
        #expect(eventually { bytes() > 0 })
        unlink(path)
        let second = try UnixReceiver(.datagram, at: path)
        var found: [String] = []
        let arrived = eventually {
            found += waiting(in: second)
            return found.last == entries(2999..<3000).last
        }
        #expect(arrived)
        let outcome = written.outcome
        #expect(outcome.done == 3000 && outcome.failure == nil)
        // Whatever is not at the second one was committed while the first was journald's.
        let old = waiting(in: first)
        #expect(Set(old).union(found).count == 3000)
        let isOrdered = found == Array(entries(0..<3000).suffix(found.count))
        #expect(isOrdered, "\(found.count)")
    }
}

/// A write on a thread of its own, as a test that waits needs its own.
private final class Writing: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    // Written before the semaphore is signaled, read after it; the output is used by that thread alone meanwhile.
    private var result = WriteOutcome(done: 0)
    private let output: JournalOutput

    init(_ batch: LogBatch, skipping skipped: Int = 0, to output: JournalOutput) {
        self.output = output
        Thread.detachNewThread { [self] in
            result = self.output.write([batch], skipping: skipped)
            done.signal()
        }
    }

    /// Once it has returned.
    var outcome: WriteOutcome {
        done.wait()
        defer { done.signal() }
        return result
    }
}
