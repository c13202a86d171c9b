import Foundation
import Linux
import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// POSTs to a systemd-journal-remote that the test is itself.
@Suite struct JournalRemoteOutputTests {
    private static let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nOK.\n"

    private let directory: TemporaryDirectory
    private let path: String
    private let remote: UnixReceiver

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path("socket")
        remote = try UnixReceiver(.stream, at: path)
    }

    /// It does not wait, so that the test can answer on the same thread.
    private func open() throws -> JournalRemoteOutput { try JournalRemoteOutput(path: path, patience: 0) }

    private func batch(_ texts: [String], at position: UInt64 = 0) -> LogBatch {
        var batch = LogBatch()
        for text in texts {
            batch.bytes += Array(text.utf8)
            batch.endRecord()
        }
        batch.position = position
        return batch
    }

    private func post(_ body: String) -> String {
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/vnd.fdo.journal\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func isUnderWay(_ outcome: WriteOutcome) -> Bool {
        outcome.done == 0 && outcome.failure?.errno == Errno(EAGAIN)
    }

    @Test func theRecordsOfAWriteAreOnePostAndTheAnswerCommitsThem() throws {
        let output = try open()
        let connection = try #require(remote.accept())
        let batches = [batch(["a\n", "b\n", "c\n"]), batch(["d\n"], at: 3)]
        #expect(isUnderWay(output.write(batches, skipping: 1)))
        #expect(connection.receiveText(until: "d\n") == post("b\nc\nd\n"))
        connection.answer(Self.accepted)
        let outcome = output.write(batches, skipping: 1)
        #expect(outcome.done == 3 && outcome.failure == nil)

        // Over the same connection.
        #expect(isUnderWay(output.write([batch(["e\n"], at: 4)], skipping: 0)))
        #expect(connection.receiveText(until: "e\n") == post("e\n"))
        connection.answer(Self.accepted)
        #expect(output.write([batch(["e\n"], at: 4)], skipping: 0).done == 1)
    }

    @Test func newerRecordsWaitForTheNextPost() throws {
        let output = try open()
        let connection = try #require(remote.accept())
        let first = batch(["a\n"])
        let second = batch(["b\n"], at: 1)
        #expect(isUnderWay(output.write([first], skipping: 0)))
        let outcome = output.write([first, second], skipping: 0)
        #expect(isUnderWay(outcome))
        #expect(outcome.failure?.advice == "systemd-journal-remote does not answer")
        #expect(connection.receiveText(until: "a\n") == post("a\n"))
        connection.answer(Self.accepted)
        #expect(output.write([first, second], skipping: 0).done == 1)
        #expect(isUnderWay(output.write([second], skipping: 0)))
        #expect(connection.receiveText(until: "b\n") == post("b\n"))
    }

    @Test func aLargePostGoesInParts() throws {
        let output = try open()
        let connection = try #require(remote.accept())
        let batches = (0..<4).map { batch([String(repeating: "\($0)", count: 500_000)], at: UInt64($0)) }
        var received: [UInt8] = []
        let whole = Array(post(batches.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()).utf8)
        while received.count < whole.count {
            #expect(isUnderWay(output.write(batches, skipping: 0)))
            while let part = connection.poll(), !part.isEmpty { received += part }
        }
        let isWhole = received == whole
        #expect(isWhole)
        connection.answer(Self.accepted)
        #expect(output.write(batches, skipping: 0).done == 4)
    }

    @Test(arguments: ["413 Content Too Large", "200 OK", "500 Oh", "417 Expectation Failed"])
    func anyOtherAnswerCommitsNothing(status: String) throws {
        let output = try open()
        let connection = try #require(remote.accept())
        let batches = [batch(["a\n"])]
        #expect(isUnderWay(output.write(batches, skipping: 0)))
        connection.answer("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
        let outcome = output.write(batches, skipping: 0)
        #expect(outcome.done == 0)
        let failure = "cannot write to \(path): Protocol error; systemd-journal-remote answered \(status.prefix(3))"
        #expect(outcome.failure?.description == failure)

        #expect(isUnderWay(output.write(batches, skipping: 0)))
        let second = try #require(remote.accept())
        #expect(second.receiveText(until: "a\n") == post("a\n"))
        second.answer(Self.accepted)
        #expect(output.write(batches, skipping: 0).done == 1)
    }

    @Test func whatIsNoHTTPCommitsNothing() throws {
        let output = try open()
        let connection = try #require(remote.accept())
        #expect(isUnderWay(output.write([batch(["a\n"])], skipping: 0)))
        connection.answer("SSH-2.0-OpenSSH_9.2\r\n")
        #expect(output.write([batch(["a\n"])], skipping: 0).failure?.errno == Errno(EPROTO))
    }

    /// 202 before the last byte can be no answer to it.
    @Test func anAnswerToAPartCommitsNothing() throws {
        let output = try open()
        let connection = try #require(remote.accept())
        let batches = [batch([String(repeating: "x", count: 4_000_000)])]
        #expect(isUnderWay(output.write(batches, skipping: 0)))
        connection.answer(Self.accepted)
        let outcome = output.write(batches, skipping: 0)
        #expect(outcome.done == 0 && outcome.failure?.errno == Errno(EPROTO))
    }

    @Test func aKeptConnectionThatWasClosedIsRenewedAtOnce() throws {
        let output = try open()
        let connection = try #require(remote.accept())
        connection.close()
        #expect(isUnderWay(output.write([batch(["a\n"])], skipping: 0)))
        let second = try #require(remote.accept())
        #expect(second.receiveText(until: "a\n") == post("a\n"))
        // It closes this one too, without an answer.
        second.close()
        #expect(isUnderWay(output.write([batch(["a\n"])], skipping: 0)))
        let third = try #require(remote.accept())
        #expect(third.receiveText(until: "a\n") == post("a\n"))
        third.answer("HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        #expect(output.write([batch(["a\n"])], skipping: 0).done == 1)
        #expect(isUnderWay(output.write([batch(["b\n"], at: 1)], skipping: 0)))
        #expect(remote.accept()?.receiveText(until: "b\n") == post("b\n"))
    }

    @Test func withoutAProgramRecordsWait() throws {
        let output = try open()
        remote.close()
        let outcome = output.write([batch(["a\n"])], skipping: 0)
        #expect(outcome.done == 0)
        #expect(outcome.failure?.description == "cannot write to \(path): Connection refused")
        let error = #expect(throws: SystemError.self) { try open() }
        #expect(
            error?.description == "cannot connect to \(path): Connection refused; "
                + "is its socket unit started? see LOG BACKENDS in sockserved(8)"
        )
    }
}

extension UnixReceiver {
    fileprivate func answer(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    }

    /// Receives until the text ends like that.
    fileprivate func receiveText(until end: String) -> String {
        var text = ""
        _ = eventually {
            text += String(decoding: poll() ?? [], as: UTF8.self)
            return text.hasSuffix(end)
        }
        return text
    }
}
