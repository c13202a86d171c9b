import LogRecords

/// The first line of an HTTP request: `GET /metrics HTTP/1.1` (RFC 9112, section 3).
struct HTTPRequestLine {
    let isHead: Bool
    /// The path of the target, without the query.
    let path: String
    let minorVersion: Int

    init(_ line: Span<UInt8>) throws(HTTPRequest.Refusal) {
        var blanks: [Int] = []
        for index in 0..<line.count where line[index] == UInt8(ascii: " ") { blanks.append(index) }
        guard blanks.count == 2, blanks[0] > 0, blanks[1] > blanks[0] + 1 else {
            throw HTTPRequest.Refusal(status: 400, reason: "no request line")
        }
        minorVersion = try Self.minorVersion(line.extracting((blanks[1] + 1)...))
        let method = line.extracting(..<blanks[0])
        isHead = method.isEqual(to: "HEAD")
        guard isHead || method.isEqual(to: "GET") else {
            throw HTTPRequest.Refusal(status: 405, reason: "only GET and HEAD are answered")
        }
        path = try Self.path(of: line.extracting(blanks[0] + 1..<blanks[1]))
    }

    private static func minorVersion(_ text: Span<UInt8>) throws(HTTPRequest.Refusal) -> Int {
        guard text.count == 8, text.begins(with: "HTTP/"), text[6] == UInt8(ascii: "."),
            let major = ASCII.digit(text[5]), let minor = ASCII.digit(text[7])
        else { throw HTTPRequest.Refusal(status: 400, reason: "no HTTP version") }
        guard major == 1 else { throw HTTPRequest.Refusal(status: 505, reason: "HTTP/1.1 is answered") }
        return Int(minor)
    }

    /// Sections 3.2.1 and 3.2.2: a path, or a URI of http with one.
    private static func path(of target: Span<UInt8>) throws(HTTPRequest.Refusal) -> String {
        var start = 0
        if target.begins(with: "http://") {
            start = 7
            while start < target.count, target[start] != UInt8(ascii: "/") { start += 1 }
        }
        var end = start
        while end < target.count, target[end] != UInt8(ascii: "?") {
            guard (0x21...0x7E).contains(target[end]) else {
                throw HTTPRequest.Refusal(status: 400, reason: "a target that is not ASCII")
            }
            end += 1
        }
        guard end > start, target[start] == UInt8(ascii: "/") else {
            throw HTTPRequest.Refusal(status: 400, reason: "a target that is not a path")
        }
        var path: [UInt8] = []
        path.append(target.extracting(start..<end))
        return String(decoding: path, as: UTF8.self)
    }
}
