import LogRecords

/// The head of an HTTP/1 request, for servers that answer one request of a connection (RFC 9112).
///
/// Only GET and HEAD are read. A body is not read: the connection ends with the response.
package struct HTTPRequest: Equatable, Sendable {
    /// Why a request is refused.
    package struct Refusal: Error, Equatable, Sendable {
        /// The status code of the response (RFC 9110, section 15).
        package let status: Int
        /// For people, in lower case and without a full stop.
        package let reason: String

        package init(status: Int, reason: String) {
            self.status = status
            self.reason = reason
        }
    }

    /// The most bytes of a head.
    package static let maxSize = 8192
    private static let maxLine = 2048

    /// Whether the response has no body.
    package let isHead: Bool
    /// The path of the target, as sent, without the query.
    package let path: String

    /// Reads the request that a stream begins with; nil while the head is not complete.
    ///
    /// - Parameter stream: its first bytes; `maxSize` are enough.
    /// - Throws: the response to a request that is refused.
    package init?(startOf stream: Span<UInt8>) throws(Refusal) {
        let head = stream.extracting(first: Self.maxSize)
        var start = 0
        var first: LineEnd
        // An empty line before the request line is ignored (section 2.2).
        repeat {
            guard let end = try Self.lineEnd(in: head, from: start, maxLength: Self.maxLine) else {
                try Self.checkSize(head)
                return nil
            }
            if end.isEmpty { start = end.next }
            first = end
        } while first.isEmpty
        let line = try HTTPRequestLine(head.extracting(start..<first.end))
        start = first.next
        var hosts = 0
        while let end = try Self.lineEnd(in: head, from: start, maxLength: Self.maxSize) {
            guard !end.isEmpty else {
                guard hosts == 1 || hosts == 0 && line.minorVersion == 0 else {
                    throw Refusal(status: 400, reason: "\(hosts) Host fields")
                }
                isHead = line.isHead
                path = line.path
                return
            }
            if try Self.isHost(head.extracting(start..<end.end)) { hosts += 1 }
            start = end.next
        }
        try Self.checkSize(head)
        return nil
    }

    private static func checkSize(_ head: Span<UInt8>) throws(Refusal) {
        guard head.count >= maxSize else { return }
        throw Refusal(status: 431, reason: "the head is longer than \(maxSize) bytes")
    }

    private struct LineEnd {
        let end: Int
        let next: Int
        let isEmpty: Bool
    }

    /// Finds the end of a line, a line feed with or without a carriage return before it (section 2.2).
    ///
    /// - Throws: a control character, and a line that is too long.
    private static func lineEnd(
        in head: Span<UInt8>,
        from start: Int,
        maxLength: Int
    ) throws(Refusal) -> LineEnd? {
        for index in start..<head.count {
            let byte = head[index]
            let isAfterReturn = index > start && head[index - 1] == 0x0D
            if byte == 0x0A {
                let end = isAfterReturn ? index - 1 : index
                return LineEnd(end: end, next: index + 1, isEmpty: end == start)
            }
            guard index - start < maxLength else {
                throw Refusal(status: 414, reason: "the request line is longer than \(maxLength) bytes")
            }
            guard !isAfterReturn, byte >= 0x20 && byte != 0x7F || byte == 0x0D || byte == 0x09 else {
                throw Refusal(status: 400, reason: "a control character")
            }
        }
        return nil
    }

    /// Checks a header field (section 5): a name, directly before a colon.
    private static func isHost(_ line: Span<UInt8>) throws(Refusal) -> Bool {
        var count = 0
        while count < line.count, isTokenCharacter(line[count]) { count += 1 }
        guard count > 0, count < line.count, line[count] == UInt8(ascii: ":") else {
            throw Refusal(status: 400, reason: "a line that is not a header field")
        }
        guard count == 4 else { return false }
        let name = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(line[$1] | 0x20) }
        return name == 0x686F_7374
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        if ASCII.isLetterOrDigit(byte) { return true }
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: return true
        default: return false
        }
    }
}
