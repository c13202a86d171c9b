import Foundation
import LogFormats
import TestSupport
import Testing

@Suite struct ForeignProtocolTests {
    private func detect(_ bytes: [UInt8]) -> ForeignProtocol? { ForeignProtocol(startOf: bytes.span) }
    private func detect(_ text: String) -> ForeignProtocol? { detect(Array(text.utf8)) }

    /// The first bytes of `openssl s_client`, of TLS 1.2 and 1.0, and of a short record.
    @Test(arguments: [
        [0x16, 3, 1, 1, 0x36, 1, 0, 1, 0x32, 3, 3] as [UInt8], [0x16, 3, 3, 0, 0xC8, 1], [0x16, 3, 0, 0x40, 0, 1],
        [0x16, 3, 4, 0, 4, 1, 0, 0],
    ])
    func clientHelloIsTLS(bytes: [UInt8]) {
        #expect(detect(bytes) == .tls)
        #expect(detect(bytes + Array(repeating: 7, count: 300)) == .tls)
        for length in 0..<6 { #expect(detect(Array(bytes.prefix(length))) == nil) }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: logs.example.com\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
        "POST /gelf HTTP/1.1\r\nhost: x:12201\r\nContent-Length: 10\r\n\r\n{\"a\":\n1}\n",
        "OPTIONS * HTTP/1.1\r\nUser-Agent: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "PUT /a%20b?c=d HTTP/1.1\r\nAccept: */*\r\nHOST: x\r\nContent-Le",
        "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
    ])
    func requestsAreHTTP(text: String) {
        #expect(detect(text) == .http)
    }

    /// Lines that programs may log.
    @Test(arguments: [
        "", "G", "GET", "GET / HTTP/1.1", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\n\n",
        "GET / HTTP/1.1\r\nPOST / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nerror: no such file\r\n",
        "GET / HTTP/1.1 200\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n", "get / HTTP/1.1\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
        "GET / HTTP/\r\n\r\n", "GET / HTTP/x\r\n\r\n", "WARNING: GET / HTTP/1.1\r\n\r\n", "ERROR HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n", "127.0.0.1 - - \"GET / HTTP/1.1\" 200 5\r\n\r\n",
        "VERYLONGMETHOD / HTTP/1.1\r\n\r\n",
        "<34>1 2003-10-11T22:14:15.003Z host su - ID47 - text\n", "20 <34>1 - - - - - - x\r\n\r\n",
        "<13>Nov 25 07:00:00 host GET / HTTP/1.1\r\nHost: x\r\n\r\n", "{\"message\":\"GET / HTTP/1.1\\r\\n\\r\\n\"}\n",
        "\u{16}\u{3}\u{1}\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{2}", "\u{16}\u{2}\u{1}\u{2}\u{0}\u{1}",
        "\u{16}\u{3}\u{5}\u{2}\u{0}\u{1}", "\u{16}\u{3}\u{1}\u{0}\u{0}\u{1}", "\u{16}\u{3}\u{1}\u{7f}\u{0}\u{1}",
    ])
    func logMessagesAreNeither(text: String) {
        #expect(detect(text) == nil)
    }

    /// All that real senders sent, in this directory: none begins like either.
    @Test func capturedMessagesAreNeither() throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let files = try #require(FileManager.default.enumerator(at: fixtures, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files {
            guard let data = try? Data(contentsOf: file) else { continue }
            #expect(detect([UInt8](data)) == nil, "\(file.lastPathComponent)")
            for line in data.split(separator: 10) { #expect(detect([UInt8](line) + [10]) == nil) }
            count += 1
        }
        #expect(count > 5)
    }

    @Test func anyBytesAreReadWithoutATrap() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array("GETPOS /HTP1.\r\n: host".utf8) + [0x16, 3, 1, 0]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            _ = detect(bytes)
            _ = detect(Array("GET / HTTP/1.1\r\n".utf8) + bytes)
        }
    }

    /// A request that comes in pieces is HTTP from some piece on, and never something else.
    @Test func everyTruncationIsHTTPOrNothing() {
        let text = Array("POST /gelf HTTP/1.1\r\nContent-Length: 10\r\nHost: x:12201\r\n\r\n".utf8)
        let found = (0...text.count).map { detect(Array(text.prefix($0))) }
        #expect(found.prefix(20).allSatisfy { $0 == nil })
        #expect(found.last == .http)
        #expect(found.firstIndex(of: .http) == found.lastIndex(of: nil).map { $0 + 1 })
    }
}
