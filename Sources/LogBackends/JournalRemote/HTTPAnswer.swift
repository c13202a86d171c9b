import LogRecords

/// Reads the answer to one request, in any pieces; see RFC 9112.
///
/// Interim answers (100 to 199) and the body are skipped.
struct HTTPAnswer {
    /// The bytes are no answer of HTTP/1.
    struct Malformed: Error, Equatable {}

    /// The final status.
    struct Status: Equatable {
        let code: Int
        /// Whether the connection takes another request.
        let keepsConnection: Bool
    }

    /// The most bytes of one line, and the most of all lines.
    private static let lineLimit = 8 * 1024
    private static let headLimit = 64 * 1024

    private enum State {
        case statusLine
        case fields
        case body(left: Int)
        case end
    }

    private var state = State.statusLine
    private var line: [UInt8] = []
    private var headSize = 0
    private var code = 0
    private var bodyLength: Int?
    private var keepsConnection = true

    /// Takes the next bytes in.
    ///
    /// - Returns: the final status once the answer is whole; nil before.
    /// - Throws: `Malformed`; the answer says nothing then.
    mutating func read(_ bytes: Span<UInt8>) throws(Malformed) -> Status? {
        var index = 0
        while index < bytes.count {
            switch state {
            case .statusLine, .fields:
                let byte = bytes[index]
                index += 1
                try read(headByte: byte)
            case .body(let left):
                let count = min(left, bytes.count - index)
                index += count
                state = left > count ? .body(left: left - count) : .end
            case .end:
                // Bytes that answer nothing: what comes next could not be distinguished from them.
                keepsConnection = false
                index = bytes.count
            }
        }
        guard case .end = state else { return nil }
        return Status(code: code, keepsConnection: keepsConnection)
    }

    private mutating func read(headByte byte: UInt8) throws(Malformed) {
        headSize += 1
        guard line.count < Self.lineLimit, headSize <= Self.headLimit else { throw Malformed() }
        guard byte == UInt8(ascii: "\n") else { return line.append(byte) }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if case .statusLine = state {
            try readStatusLine()
            state = .fields
        } else if line.isEmpty {
            endHead()
        } else {
            try readField()
        }
        line.removeAll(keepingCapacity: true)
    }

    /// Reads `HTTP/1.1 202 Accepted`.
    private mutating func readStatusLine() throws(Malformed) {
        guard line.count >= 12, line.span.begins(with: "HTTP/1."),
            Self.digit(line[7]) != nil, line[8] == UInt8(ascii: " "),
            let first = Self.digit(line[9]), let second = Self.digit(line[10]), let third = Self.digit(line[11]),
            line.count == 12 || line[12] == UInt8(ascii: " "), first > 0
        else { throw Malformed() }
        code = first * 100 + second * 10 + third
        // HTTP/1.0 closes the connection unless asked.
        keepsConnection = line[7] != UInt8(ascii: "0")
        bodyLength = nil
    }

    private mutating func readField() throws(Malformed) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { throw Malformed() }
        let value = Self.trimmed(line[(colon + 1)...])
        switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
        case "content-length":
            let length = try Self.length(value)
            guard bodyLength == nil || bodyLength == length else { throw Malformed() }
            bodyLength = length
        case "connection":
            if String(decoding: value, as: UTF8.self).lowercased() == "close" { keepsConnection = false }
        case "transfer-encoding":
            // Where such a body ends does not matter when nothing follows it.
            keepsConnection = false
        default:
            break
        }
    }

    private mutating func endHead() {
        if code < 200 {
            state = .statusLine
        } else if let bodyLength, bodyLength > 0, keepsConnection {
            state = .body(left: bodyLength)
        } else {
            // A body without a length ends with the connection; 204 has none.
            if bodyLength == nil, code != 204 { keepsConnection = false }
            state = .end
        }
    }

    private static func length(_ text: ArraySlice<UInt8>) throws(Malformed) -> Int {
        // So many digits cannot overflow.
        guard (1...15).contains(text.count) else { throw Malformed() }
        var length = 0
        for byte in text {
            guard let digit = digit(byte) else { throw Malformed() }
            length = length * 10 + digit
        }
        return length
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
    }
}
