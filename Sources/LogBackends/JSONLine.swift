import LogRecords

/// Writes a record as a JSON object on one line (RFC 8259), in UTF-8.
///
/// Besides what the RFC demands, everything is escaped that `TextEscaping` would escape, so that a line that is looked
/// at in a terminal is harmless there. Bytes that are no text stand in base64 (RFC 4648, section 4) under the key with
/// `_base64` added.
enum JSONLine {
    /// Appends the object, without an end of line.
    static func append(_ record: borrowing LogRecord, to batch: inout LogBatch) {
        let time = batch.calendar.universal(record.time)
        batch.bytes.append("{\"time\":\"")
        Timestamp.append(time, microseconds: record.time.microseconds, to: &batch.bytes)
        batch.bytes.append("\",\"severity\":")
        batch.bytes.append(decimal: record.severity.rawValue)
        append(",\"level\":", record.severity.name, to: &batch.bytes)
        if let event = record.event {
            batch.bytes.append(",\"event\":")
            append(event.name, to: &batch.bytes)
        }
        batch.bytes.append(",\"message\":")
        append(record.message.span, to: &batch.bytes)
        if let origin = record.origin {
            append(origin, to: &batch.bytes)
        }
        for field in record.fields {
            guard case .known(let key) = field.name else { continue }
            switch field.value {
            case .integer(let integer):
                append(key, to: &batch.bytes)
                batch.bytes.append(decimal: integer)
            case .bytes(let range), .json(let range):
                append(key, record.bytes.span.extracting(range), to: &batch.bytes)
            }
        }
        batch.bytes.append("}")
    }

    private static func append(_ origin: Origin, to output: inout [UInt8]) {
        append(",\"protocol\":", origin.protocolName, to: &output)
        append(",\"listener\":", origin.listener, to: &output)
        if let peer = origin.peer {
            append(",\"peer\":", origin.peerText, to: &output)
            switch peer {
            case .internet(let address, let port):
                append(",\"peer_address\":", address, to: &output)
                append(",\"peer_port\":", port, to: &output)
            case .unix(let pid, let uid, let gid):
                append(",\"peer_pid\":", pid, to: &output)
                append(",\"peer_uid\":", uid, to: &output)
                append(",\"peer_gid\":", gid, to: &output)
            case .unixPath:
                break
            }
        }
        if let connection = origin.connection {
            append(",\"connection\":", connection, to: &output)
        }
    }

    // MARK: members

    private static func append(_ key: StaticString, _ integer: some BinaryInteger, to output: inout [UInt8]) {
        output.append(key)
        output.append(decimal: integer)
    }

    private static func append(_ key: StaticString, _ text: String, to output: inout [UInt8]) {
        output.append(key)
        var text = text
        // The pointer does not leave the call.
        text.withUTF8 { append($0.span, to: &output) }
    }

    private static func append(_ key: FieldKey, suffix: StaticString = "", to output: inout [UInt8]) {
        output.append(",\"")
        output.append(key.json)
        output.append(suffix)
        output.append("\":")
    }

    private static func append(_ key: FieldKey, _ value: Span<UInt8>, to output: inout [UInt8]) {
        if UTF8Scalar.isValid(value) {
            append(key, to: &output)
            append(value, to: &output)
        } else {
            append(key, suffix: "_base64", to: &output)
            output.append("\"")
            appendBase64(of: value, to: &output)
            output.append("\"")
        }
    }

    // MARK: values

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        // The pointer does not leave the call.
        text.withUTF8Buffer { append($0.span, to: &output) }
    }

    /// Appends UTF-8 as a JSON string.
    private static func append(_ text: Span<UInt8>, to output: inout [UInt8]) {
        output.append("\"")
        var start = 0
        var index = 0
        while true {
            index = PlainText.endUnquoted(in: text, from: index)
            guard index < text.count else { break }
            let (length, decoded) = UTF8Scalar.decode(text, at: index)
            // No caller gives bytes that are not well-formed; they would become U+FFFD, and the line stay valid.
            let scalar = decoded ?? 0xFFFD
            guard decoded == nil || scalar < 0x80 || TextEscaping.needsEscape(scalar) else {
                index += length
                continue
            }
            output.append(text.extracting(start..<index))
            switch scalar {
            case 0x08: output.append("\\b")
            case 0x09: output.append("\\t")
            case 0x0A: output.append("\\n")
            case 0x0C: output.append("\\f")
            case 0x0D: output.append("\\r")
            case 0x22: output.append("\\\"")
            case 0x5C: output.append("\\\\")
            default: TextEscaping.appendUnicodeEscape(of: scalar, to: &output)
            }
            index += length
            start = index
        }
        output.append(text.extracting(start..<text.count))
        output.append("\"")
    }

    private static func appendBase64(of data: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < data.count {
            let count = min(3, data.count - index)
            var group: UInt32 = 0
            for offset in 0..<3 {
                group = group << 8 | (offset < count ? UInt32(data[index + offset]) : 0)
            }
            for position in 0..<4 {
                let digit = UInt8(truncatingIfNeeded: group >> (18 - 6 * UInt32(position))) & 0x3F
                output.append(position <= count ? base64Digit(digit) : UInt8(ascii: "="))
            }
            index += count
        }
    }

    private static func base64Digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") &+ value
        case 26..<52: UInt8(ascii: "a") &+ (value &- 26)
        case 52..<62: UInt8(ascii: "0") &+ (value &- 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
