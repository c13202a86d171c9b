import Foundation
import Glibc
import Linux
import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// Standard output and error as a place for records; here pipes and files take their place.
@Suite struct StandardStreamTests {
    /// F_SETPIPE_SZ of fcntl(2), which Swift's Glibc lacks.
    private let setPipeSize: Int32 = 1031

    private func pipe(nonBlocking: Bool) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        #expect(Glibc.pipe(&ends) == 0)
        // The reading end never blocks a test.
        #expect(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        if nonBlocking { #expect(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0) }
        return (ends[0], ends[1])
    }

    private func readAll(_ descriptor: Int32, limit: Int = .max) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while all.count < limit {
            let count = read(descriptor, &buffer, min(buffer.count, limit - all.count))
            guard count > 0 else { break }
            all += buffer.prefix(count)
        }
        return all
    }

    private func backend(_ descriptor: Int32) -> StandardStreamOutput {
        StandardStreamOutput(StandardStream(descriptor, name: "standard error"))
    }

    @Test func namesAreThoseOfTheFlags() {
        #expect(StandardStreamBackend(.stderr).summary == "stderr")
        #expect(StandardStreamBackend(.stdout).summary == "stdout")
    }

    @Test func batchesAreWrittenInOrder() {
        let (reader, writer) = pipe(nonBlocking: false)
        defer {
            close(reader)
            close(writer)
        }
        let batches = [LogBatch(lines: ["a", "b", "c"]), LogBatch(lines: ["d"]), LogBatch(lines: ["e", "f"])]
        let outcome = backend(writer).write(batches, skipping: 2)
        #expect(outcome.done == 4)
        #expect(outcome.failure == nil)
        #expect(String(decoding: readAll(reader), as: UTF8.self) == "c\nd\ne\nf\n")
    }

    /// A full pipe never blocks the writer for good, whether it is non-blocking or not, and tears no record: not even
    /// when a reload puts a new backend in the place of the old one.
    @Test(arguments: [true, false]) func recordsWaitForASlowReader(nonBlocking: Bool) {
        let (reader, writer) = pipe(nonBlocking: nonBlocking)
        defer {
            close(reader)
            close(writer)
        }
        #expect(fcntl(writer, setPipeSize, 8192) == 8192)
        let stream = StandardStream(writer, name: "standard error")
        let lines = (0..<60).map { "\($0) " + String(repeating: "x", count: 997) }
        let batch = LogBatch(lines: lines)
        var done = 0
        var output: [UInt8] = []
        var stalls = 0
        for _ in 0..<200 where done < lines.count {
            let backend = StandardStreamOutput(stream)
            let outcome = backend.write([batch], skipping: done)
            #expect(outcome.failure == nil)
            done += outcome.done
            stalls += done < lines.count ? 1 : 0
            // An odd number, so that records are begun and not ended.
            output += readAll(reader, limit: 4999)
        }
        output += readAll(reader)
        #expect(done == lines.count)
        #expect(stalls > 5)
        #expect(String(decoding: output, as: UTF8.self) == lines.map { $0 + "\n" }.joined())
    }

    @Test func withoutAReaderRecordsWaitWithAnError() {
        signal(SIGPIPE, SIG_IGN)
        let (reader, writer) = pipe(nonBlocking: false)
        defer { close(writer) }
        close(reader)
        let outcome = backend(writer).write([LogBatch(lines: ["a"])], skipping: 0)
        #expect(outcome.done == 0)
        #expect(
            outcome.failure.map { "\($0)" }
                == "cannot write to standard error: Broken pipe; its reader has ended; restart the daemon with a reader"
        )
    }

    @Test func aFullDeviceIsAnErrorAndWhatIsWrittenCounts() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let outcome = backend(descriptor).write([LogBatch(lines: ["a"])], skipping: 0)
        #expect(outcome.done == 0)
        #expect(outcome.failure?.errno.number == ENOSPC)
    }

    @Test func aRegularFileTakesEverything() throws {
        let directory = try TemporaryDirectory()
        let descriptor = open(directory.path("x"), O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let lines = (0..<2000).map { "line \($0)" }
        let outcome = backend(descriptor).write([LogBatch(lines: lines)], skipping: 0)
        #expect(outcome.done == lines.count)
        #expect(directory.text("x") == lines.map { $0 + "\n" }.joined())
    }
}
