import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// Answers of systemd-journal-remote, and of what is none.
@Suite struct HTTPAnswerTests {
    private typealias Status = HTTPAnswer.Status

    private static let accepted = """
        HTTP/1.1 202 Accepted\r
        Date: Thu, 26 Nov 2026 00:00:00 GMT\r
        Content-Type: text/plain\r
        Content-Length: 4\r
        \r
        OK.

        """

    private func read(_ pieces: [ArraySlice<UInt8>]) throws -> Status? {
        var answer = HTTPAnswer()
        var status: Status?
        for piece in pieces { status = try answer.read(Array(piece).span) }
        return status
    }

    private func read(_ text: String) throws -> Status? { try read([Array(text.utf8)[...]]) }

    @Test func anAnswerIsReadInAnyTwoPieces() throws {
        let bytes = Array(Self.accepted.utf8)
        for split in 0...bytes.count {
            let status = try read([bytes[..<split], bytes[split...]])
            #expect(status == Status(code: 202, keepsConnection: true))
        }
        #expect(try read(bytes.indices.map { bytes[$0...$0] }) == Status(code: 202, keepsConnection: true))
    }

    @Test func aPartOfAnAnswerIsNone() throws {
        let bytes = Array(Self.accepted.utf8)
        for end in 0..<bytes.count { #expect(try read([bytes[..<end]]) == nil) }
    }

    @Test(arguments: [
        ("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n", 413, true),
        ("HTTP/1.1 202\nContent-Length:0\n\n", 202, true), ("HTTP/1.1 204 No Content\r\n\r\n", 204, true),
        ("HTTP/1.0 202 OK\r\nContent-Length: 0\r\n\r\n", 202, false),
        ("HTTP/1.1 202 OK\r\ncontent-LENGTH: \t 0 \r\nCONNECTION: Close\r\n\r\n", 202, false),
        // The connection ends such a body.
        ("HTTP/1.1 500 Oh\r\n\r\n", 500, false),
        ("HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nOK.\r\n0\r\n\r\n", 202, false),
        ("HTTP/1.1 202 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nOK.", 202, true),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n", 202, true),
        // An answer to nothing.
        ("HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 202 OK", 202, false),
    ])
    func theStatusCounts(text: String, code: Int, keepsConnection: Bool) throws {
        #expect(try read(text) == Status(code: code, keepsConnection: keepsConnection))
    }

    @Test(arguments: [
        "\r\n", "HTTP/2 202 OK\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 2020 OK\r\n", "HTTP/1.1 099 OK\r\n",
        "HTTP/1.1  202 OK\r\n", "HTTP/1.x 202 OK\r\n", "http/1.1 202 OK\r\n", "HTTP/1.1 202 OK\r\nno colon\r\n",
        "HTTP/1.1 202 OK\r\n: empty\r\n", "HTTP/1.1 202 OK\r\nContent-Length: x\r\n",
        "HTTP/1.1 202 OK\r\nContent-Length: -1\r\n", "HTTP/1.1 202 OK\r\nContent-Length:\r\n",
        "HTTP/1.1 202 OK\r\nContent-Length: 9999999999999999\r\n",
        "HTTP/1.1 202 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
    ])
    func whatIsNoAnswerIsMalformed(text: String) {
        #expect(throws: HTTPAnswer.Malformed()) { try read(text) }
    }

    @Test func whatDoesNotEndIsMalformed() {
        let line = String(repeating: "x", count: 10_000)
        #expect(throws: HTTPAnswer.Malformed()) { try read(line) }
        let fields = String(repeating: "Name: value\r\n", count: 10_000)
        #expect(throws: HTTPAnswer.Malformed()) { try read("HTTP/1.1 202 OK\r\n" + fields) }
    }

    @Test func anyBytesAreRead() {
        var generator = SeededGenerator(seed: 202)
        let seed = Array(Self.accepted.utf8)
        var answers = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            if let status = try? read([bytes[...]]) {
                answers += 1
                #expect((100...999).contains(status.code))
            }
        }
        #expect(answers > 1000)
    }
}
