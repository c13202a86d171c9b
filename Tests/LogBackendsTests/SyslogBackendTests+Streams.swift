import Foundation
import Linux
import LogBackends
import TestSupport
import Testing

/// A syslog daemon that receives on a stream socket.
extension SyslogBackendTests {
    @Test func recordsOfAStreamEndInNul() throws {
        let receiver = try UnixReceiver(.stream, at: path)
        let backend = try open()
        let connection = try #require(receiver.accept())
        #expect(backend.write([batch(["0", "1"])], skipping: 0).done == 2)
        var bytes: [UInt8] = []
        #expect(
            eventually {
                bytes += connection.poll() ?? []
                return bytes.count { $0 == 0 } == 2
            }
        )
        #expect(bytes.last == 0)
        #expect(messages(of: bytes) == ["0", "1"])
    }

    @Test func aStreamTakesLargeRecordsInParts() throws {
        let receiver = try UnixReceiver(.stream, at: path)
        let backend = try open()
        let connection = try #require(receiver.accept())
        let texts = ["before", String(repeating: "x", count: 1_000_000), "after"]
        let all = batch(texts)

        let first = backend.write([all], skipping: 0)
        #expect(first.done == 1)
        #expect(first.failure?.errno == Errno(EAGAIN))
        var bytes: [UInt8] = []
        var done = first.done
        while done < texts.count, bytes.count < 2_000_000 {
            while let part = connection.poll(), !part.isEmpty {
                bytes += part
            }
            done += backend.write([all], skipping: done).done
        }
        while let part = connection.poll(), !part.isEmpty {
            bytes += part
        }
        #expect(messages(of: bytes) == texts)
    }

    @Test func aRecordThatBrokeOffIsSentAgainWhole() throws {
        let receiver = try UnixReceiver(.stream, at: path)
        let backend = try open()
        let connection = try #require(receiver.accept())
        let texts = [String(repeating: "x", count: 1_000_000), "after"]
        let all = batch(texts)
        #expect(backend.write([all], skipping: 0).done == 0)
        #expect((connection.receive() ?? []).count > 1000)
        connection.close()

        #expect(backend.write([all], skipping: 0).done == 0)
        let second = try #require(receiver.accept())
        var bytes: [UInt8] = []
        var done = 0
        while done < texts.count, bytes.count < 2_000_000 {
            while let part = second.poll(), !part.isEmpty {
                bytes += part
            }
            done += backend.write([all], skipping: done).done
        }
        while let part = second.poll(), !part.isEmpty {
            bytes += part
        }
        #expect(messages(of: bytes) == texts)
    }

    @Test func aStreamThatIsGoneFailsUntilItIsBack() throws {
        let receiver = try UnixReceiver(.stream, at: path)
        let backend = try open()
        receiver.accept()?.close()
        receiver.close()
        let waiting = batch(["0"])
        let refused = backend.write([waiting], skipping: 0)
        #expect(refused.done == 0)
        #expect(refused.failure?.errno == Errno(ECONNREFUSED))
        unlink(path)
        let successor = try UnixReceiver(.stream, at: path)
        #expect(backend.write([waiting], skipping: 0).done == 1)
        let bytes = try #require(successor.accept()?.receive())
        #expect(messages(of: bytes) == ["0"])
    }
}
