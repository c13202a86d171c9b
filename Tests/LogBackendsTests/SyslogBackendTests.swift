import Foundation
import Linux
import LogRecords
import TestSupport
import Testing

@testable import LogBackends

@Suite struct SyslogBackendTests {
    private static let event = Event(name: "test", messageID: "0123456789abcdef0123456789abcdef")
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path("log")
    }

    private func backend(facility: Facility = .daemon) -> SyslogBackend {
        SyslogBackend(
            identifier: "sockserved",
            facility: facility,
            path: path,
            writeTimeout: .milliseconds(100)
        )
    }

    func open() throws -> any LogOutput {
        try backend().open()
    }

    private func record(_ text: String, time: WallTime = .now, severity: Severity = .informational) -> LogRecord {
        var record = LogRecord(Self.event, severity: severity, time: time)
        record.append(text)
        return record
    }

    func batch(_ texts: [String]) -> LogBatch {
        LogBatch(texts.map { record($0) }, by: backend())
    }

    /// The text after the tag of each record of a stream; the last one may lack its end.
    func messages(of stream: [UInt8]) -> [String] {
        stream.split(separator: 0).map { message(String(decoding: $0, as: UTF8.self)) }
    }

    func message(_ line: String?) -> String {
        line?.components(separatedBy: "]: ").dropFirst().joined(separator: "]: ") ?? ""
    }

    // MARK: the format

    @Test func linesAreAsTheLibraryWritesThem() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        var encoder = backend(facility: .local7).makeEncoder()
        var generator = SeededGenerator(seed: 6)
        var batch = LogBatch()
        for severity in Severity.allCases {
            for _ in 0..<50 {
                let time = WallTime(seconds: .random(in: 0...4_000_000_000, using: &generator), nanoseconds: 0)
                batch.add(record("Hello", time: time, severity: severity), by: &encoder)

                var seconds = time_t(time.seconds)
                var local = tm()
                localtime_r(&seconds, &local)
                var buffer = [CChar](repeating: 0, count: 64)
                // As syslog(3) of glibc does.
                let length = strftime(&buffer, buffer.count, "%h %e %T", &local)
                let date = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                let expected = "<\(23 * 8 + Int(severity.rawValue))>\(date) sockserved[\(getpid())]: Hello"
                let line = String(decoding: batch.bytes[batch.range(of: batch.count - 1)], as: UTF8.self)
                #expect(line == expected)
            }
        }
        _ = receiver
    }

    @Test func messagesAreOneLine() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        var record = record("a\nb\u{1b}")
        record.append(escaping: [0xFF, 0, 0x0A].span)
        let batch = LogBatch([record], by: self.backend())
        #expect(backend.write([batch], skipping: 0).done == 1)
        #expect(message(receiver.receiveText()) == "a\\nb\\x1b\\xff\\x00\\n")
    }

    // MARK: datagrams

    @Test func eachRecordIsADatagramInOrder() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        let outcome = backend.write([batch(["0", "1", "2"]), batch(["3", "4"])], skipping: 2)
        #expect(outcome.done == 3)
        #expect(outcome.rejected.isEmpty && outcome.failure == nil)
        #expect(["2", "3", "4"].map { _ in message(receiver.receiveText()) } == ["2", "3", "4"])
        #expect(receiver.poll() == nil)
    }

    @Test func withoutADaemonOpeningFailsAndSaysWhatToDo() {
        let error = #expect(throws: SystemError.self) { try open() }
        #expect(
            error?.description == "cannot connect to \(path): No such file or directory; "
                + "is a syslog daemon running? otherwise choose another log backend"
        )
    }

    @Test func recordsWaitForADaemonThatIsAway() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        #expect(backend.write([batch(["0"])], skipping: 0).done == 1)
        #expect(message(receiver.receiveText()) == "0")
        let waiting = batch(["1", "2"])

        receiver.close()
        let refused = backend.write([waiting], skipping: 0)
        #expect(refused.done == 0)
        #expect(refused.failure?.description == "cannot connect to \(path): Connection refused")
        unlink(path)
        let missing = backend.write([waiting], skipping: 0)
        #expect(missing.done == 0)
        #expect(missing.failure?.errno == Errno(ENOENT))

        let successor = try UnixReceiver(.datagram, at: path)
        #expect(backend.write([waiting], skipping: 0).done == 2)
        #expect(message(successor.receiveText()) == "1")
        #expect(message(successor.receiveText()) == "2")
    }

    @Test func aRestartedDaemonIsReachedAtOnce() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        receiver.close()
        unlink(path)
        let successor = try UnixReceiver(.datagram, at: path)
        let outcome = backend.write([batch(["0", "1"])], skipping: 0)
        #expect(outcome.done == 2)
        #expect(outcome.failure == nil)
        #expect(message(successor.receiveText()) == "0")
    }

    @Test(arguments: [false, true])
    func aReplacedSocketIsNoticedWhileTheOldOneIsOpen(_ becomesStream: Bool) throws {
        let old = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        unlink(path)
        let new = try UnixReceiver(becomesStream ? .stream : .datagram, at: path)
        var connection: UnixReceiver?
        let noticed = eventually {
            guard backend.write([batch(["x"])], skipping: 0).done == 1 else { return false }
            if becomesStream {
                guard old.poll() == nil else { return false }
                connection = new.accept()
                return connection?.receive()?.last == 0
            }
            _ = old.poll()
            return new.poll() != nil
        }
        #expect(noticed)
        // From here on all goes to the new one.
        while old.poll() != nil {}
        #expect(backend.write([batch(["last"])], skipping: 0).done == 1)
        #expect(old.poll() == nil)
    }

    @Test func checkNoticesAReplacedSocket() throws {
        let old = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        unlink(path)
        let new = try UnixReceiver(.stream, at: path)
        // A connection comes without anything being written.
        var connection: UnixReceiver?
        #expect(
            eventually {
                backend.check()
                var status = pollfd(fd: new.descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&status, 1, 0) == 1 else { return false }
                connection = new.accept()
                return true
            }
        )
        #expect(connection != nil)
        #expect(old.poll() == nil)
    }

    @Test func aFullQueueGivesControlBackAndLosesNothing() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        let texts = (0..<3000).map { "\($0)" }
        let all = batch(texts)

        let start = ContinuousClock.now
        let first = backend.write([all], skipping: 0)
        let time = ContinuousClock.now - start
        #expect(first.done > 0 && first.done < texts.count)
        #expect(first.failure?.errno == Errno(EAGAIN))
        #expect(time >= .milliseconds(100) && time < .seconds(10))

        var received: [String] = []
        func drain() {
            while let datagram = receiver.poll() {
                received.append(message(String(decoding: datagram, as: UTF8.self)))
            }
        }
        var done = first.done
        while done < texts.count {
            drain()
            let outcome = backend.write([all], skipping: done)
            // Somebody reads: each call gets on.
            guard outcome.done > 0 else {
                Issue.record("stuck at \(done)")
                break
            }
            done += outcome.done
            if done > 3 * first.done { break }
        }
        drain()
        #expect(received == Array(texts.prefix(done)))
    }

    @Test func hugeRecordsAreCutAndSayHowMuch() throws {
        let receiver = try UnixReceiver(.datagram, at: path)
        let backend = try open()
        let huge = String(repeating: "é\n", count: 500_000)
        let all = batch(["before", huge, "after"])
        let size = all.range(of: 1).count
        let outcome = backend.write([all], skipping: 0)
        #expect(outcome.done == 3)
        #expect(outcome.rejected.isEmpty && outcome.failure == nil)

        #expect(message(receiver.receiveText()) == "before")
        let line = try #require(receiver.receiveText())
        let parts = line.components(separatedBy: "...[cut, ")
        #expect(parts.count == 2)
        #expect(parts.last == "\(size - (parts.first?.utf8.count ?? 0)) bytes]")
        #expect(line.utf8.count > 50_000)
        let kept = message(parts.first)
        #expect(kept.hasSuffix("é") || kept.hasSuffix("\\n"))
        #expect(message(receiver.receiveText()) == "after")
    }
}
