import LogFormats
import LogRecords
import TestSupport
import Testing

@Suite struct HTTPRequestTests {
    private func read(_ bytes: [UInt8]) throws(HTTPRequest.Refusal) -> HTTPRequest? {
        try HTTPRequest(startOf: bytes.span)
    }

    private func read(_ text: String) throws(HTTPRequest.Refusal) -> HTTPRequest? {
        try read(Array(text.utf8))
    }

    private func status(_ text: String) -> Int? {
        do throws(HTTPRequest.Refusal) {
            return try read(text) == nil ? nil : 200
        } catch {
            return error.status
        }
    }

    /// As Prometheus 2.42 and curl send them.
    @Test(arguments: [
        (
            "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:9100\r\nUser-Agent: Prometheus/2.42.0\r\n"
                + "Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1\r\nAccept-Encoding: gzip\r\n"
                + "X-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n", "/metrics"
        ),
        ("GET /healthz?verbose HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n", "/healthz"),
        ("GET http://localhost:80/metrics HTTP/1.1\r\nhOST: localhost\r\n\r\n", "/metrics"),
        ("GET /metrics HTTP/1.0\n\n", "/metrics"),
        ("\r\nGET /metrics HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", "/metrics"),
        ("GET /a%20b HTTP/1.1\r\nHost:\r\n\r\n", "/a%20b"),
    ])
    func aRequestIsRead(_ text: String, _ path: String) throws {
        #expect(try read(text)?.path == path)
        #expect(try read(text)?.isHead == false)
        #expect(try read("HEAD" + text.drop { $0.isNewline }.dropFirst(3))?.isHead == true)
    }

    @Test(arguments: [
        ("POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("get /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("GET /metrics HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("GET /metrics HTTP/1.1\r\n\r\n", 400), ("GET /metrics HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400),
        ("GET /metrics\r\n", 400), ("GET  HTTP/1.1\r\n", 400), ("GET /a b HTTP/1.1\r\n", 400),
        (" GET / HTTP/1.1\r\n", 400), ("GET / HTTP/1.1 \r\n", 400), ("GET / http/1.1\r\n", 400),
        ("GET metrics HTTP/1.1\r\n", 400), ("GET http://host HTTP/1.1\r\n", 400), ("GET /\u{e4} HTTP/1.1\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400), ("GET / HTTP/1.1\r\n: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
        ("GET /\r HTTP/1.1\r\n", 400), ("GET /\u{0} HTTP/1.1\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\u{1}\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", 400), ("<13>hello\n", 400),
    ])
    func aWrongRequestIsRefused(_ text: String, _ expected: Int) {
        #expect(status(text) == expected)
    }

    @Test func theHeadIsBounded() {
        let line = "GET /" + String(repeating: "a", count: 2033) + " HTTP/1.0\r\n"
        #expect(status(line + "\r\n") == 200)
        #expect(status("GET /" + String(repeating: "a", count: 2050)) == 414)
        let head = "GET / HTTP/1.0\r\nA: "
        let fits = head + String(repeating: "a", count: 8192 - head.utf8.count - 4) + "\r\n\r\n"
        #expect(status(fits) == 200)
        #expect(status(head + String(repeating: "a", count: 8192 - head.utf8.count - 3) + "\r\n\r\n") == 431)
        #expect(status(head + String(repeating: "a", count: 8191 - head.utf8.count)) == nil)
        #expect(status(String(repeating: "\r\n", count: 4096)) == 431)
        #expect(status(String(repeating: "\r\n", count: 4095)) == nil)
    }

    @Test func everyTruncationIsIncompleteAndWhatFollowsDoesNotMatter() throws {
        let bytes = Array("\r\nGET /metrics?a HTTP/1.1\r\nHost: a\r\nX: \t y\r\n\r\n".utf8)
        for count in 0..<bytes.count { #expect(try read(Array(bytes.prefix(count))) == nil) }
        #expect(try read(bytes) == read(bytes + Array("GET".utf8)))
        #expect(try read(bytes)?.path == "/metrics")
    }

    /// What is refused or read of a beginning is so of the whole.
    @Test func randomBytesAreDecidedOnceForAll() {
        var generator = SeededGenerator(seed: 5)
        let parts = ["GET ", "/metrics", " HTTP/1.1", "\r\n", "Host: a", "\n", "\r", ":", " ", "HEAD ", "\u{0}", "x"]
        for _ in 0..<3000 {
            var text = Bool.random(using: &generator) ? "GET / HTTP/1.1\r\n" : ""
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                text += parts.randomElement(using: &generator) ?? ""
            }
            let whole = status(text)
            for count in 0..<text.utf8.count {
                let beginning = status(String(decoding: text.utf8.prefix(count), as: UTF8.self))
                #expect(beginning == nil || beginning == whole, "\(text.debugDescription), \(count)")
            }
        }
    }

    // MARK: responses

    private func text(_ response: HTTPResponse, isHead: Bool = false) -> String {
        let time = WallTime(seconds: 784_111_777, nanoseconds: 0)
        return String(decoding: response.bytes(isHead: isHead, at: time), as: UTF8.self)
    }

    @Test func aResponseHasDateAndLength() {
        let head = """
            HTTP/1.1 200 OK\r
            Date: Sun, 06 Nov 1994 08:49:37 GMT\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: 3\r
            Connection: close\r
            \r

            """
        #expect(text(HTTPResponse(body: Array("abc".utf8))) == head + "abc")
        #expect(text(HTTPResponse(body: Array("abc".utf8)), isHead: true) == head)
    }

    @Test func aRefusalSaysWhy() {
        let response = text(HTTPResponse(HTTPRequest.Refusal(status: 405, reason: "only GET")))
        #expect(response.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
        #expect(response.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(response.hasSuffix("\r\n\r\nonly GET\n"))
    }
}
