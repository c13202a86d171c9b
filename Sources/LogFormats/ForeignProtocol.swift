import LogRecords

/// A protocol that a client uses by mistake on a listener for log messages.
package enum ForeignProtocol: Sendable, Equatable {
    /// TLS, where the listener has none.
    case tls
    case http

    /// How many bytes of a stream are searched for HTTP.
    private static let headLimit = 4096

    /// Recognizes the protocol by the first bytes of a stream; nil for all that may be log messages.
    ///
    /// TLS is a record with a ClientHello (RFC 8446, sections 4.1.2 and 5.1), which no format for log messages begins
    /// with. HTTP is a request line and header fields with the line ends of RFC 9112, up to the empty line or with a
    /// `Host`: a line of text that only begins like a request is a log message.
    package init?(startOf stream: Span<UInt8>) {
        if Self.isClientHello(stream) {
            self = .tls
        } else if Self.isRequest(stream.extracting(first: Self.headLimit)) {
            self = .http
        } else {
            return nil
        }
    }

    private static func isClientHello(_ stream: Span<UInt8>) -> Bool {
        guard stream.count >= 6, stream[0] == 0x16, stream[1] == 3, stream[2] <= 4 else { return false }
        let length = Int(stream[3]) << 8 | Int(stream[4])
        return (4...1 << 14).contains(length) && stream[5] == 1
    }

    // MARK: HTTP

    private static func isRequest(_ head: Span<UInt8>) -> Bool {
        // Upper case: most log messages end here.
        guard head.count > 0, ASCII.isUpper(head[0]), let first = lineEnd(in: head, from: 0) else { return false }
        guard isRequestLine(head.extracting(..<first)) else { return false }
        var start = first + 2
        var hasHost = false
        while let end = lineEnd(in: head, from: start) {
            if end == start { return true }
            guard let name = fieldName(of: head.extracting(start..<end)) else { return false }
            hasHost = hasHost || isHost(head.extracting(start..<(start + name)))
            start = end + 2
        }
        return hasHost
    }

    /// Where the line ends, before its carriage return and line feed; nil without both.
    private static func lineEnd(in head: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < head.count, head[index] != 0x0A { index += 1 }
        guard index < head.count, index > start, head[index - 1] == 0x0D else { return nil }
        return index - 1
    }

    /// The start of a request: `METHOD TARGET HTTP/1.1`.
    private static func isRequestLine(_ line: Span<UInt8>) -> Bool {
        var method = 0
        while method < line.count, ASCII.isUpper(line[method]) { method += 1 }
        guard (3...7).contains(method), method < line.count, line[method] == 0x20 else { return false }
        // `HTTP/` and the version, after a space.
        let version: StaticString = " HTTP/"
        var start = line.count - 1
        while start > method, line[start] != 0x20 { start -= 1 }
        let length = version.utf8CodeUnitCount
        guard start > method + 1, line.count > start + length, line.begins(with: version, at: start) else {
            return false
        }
        for index in (start + length)..<line.count where !ASCII.isDigit(line[index]) && line[index] != 0x2E {
            return false
        }
        // A target has no spaces.
        for index in (method + 1)..<start where line[index] <= 0x20 { return false }
        return true
    }

    /// The length of the name before the colon; nil where the line is not a header field.
    private static func fieldName(of line: Span<UInt8>) -> Int? {
        var count = 0
        while count < line.count, ASCII.isLetter(line[count]) || ASCII.isDigit(line[count]) || line[count] == 0x2D {
            count += 1
        }
        return count > 0 && count < line.count && line[count] == 0x3A ? count : nil
    }

    private static func isHost(_ name: Span<UInt8>) -> Bool {
        name.count == 4 && name[0] | 0x20 == UInt8(ascii: "h") && name[1] | 0x20 == UInt8(ascii: "o")
            && name[2] | 0x20 == UInt8(ascii: "s") && name[3] | 0x20 == UInt8(ascii: "t")
    }
}
