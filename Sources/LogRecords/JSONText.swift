/// Writes JSON strings and values (RFC 8259), in UTF-8.
///
/// Besides what the RFC demands, everything is escaped that `TextEscaping` escapes, so that a line is harmless on a
/// terminal. Bytes that are not text are written in base64 (RFC 4648, section 4).
package enum JSONText {
    package static func append(_ text: StaticString, to output: inout [UInt8]) {
        // The pointer does not leave the call.
        text.withUTF8Buffer { append($0.span, to: &output) }
    }

    /// Appends UTF-8 as a JSON string; invalid UTF-8 becomes U+FFFD.
    package static func append(_ text: Span<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        appendContent(of: text, to: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// Appends the text between a string's quotation marks.
    package static func appendContent(of text: Span<UInt8>, to output: inout [UInt8]) {
        var start = 0
        var index = 0
        while true {
            index = ASCIIRun.endOfJSONSafe(in: text, from: index)
            guard index < text.count else { break }
            let (length, decoded) = UTF8Scalar.decode(text, at: index)
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
            case 0xFFFD: output.append("\u{FFFD}")
            default: TextEscaping.appendUnicodeEscape(of: scalar, to: &output)
            }
            index += length
            start = index
        }
        output.append(text.extracting(start..<text.count))
    }

    /// Whether the value is text; otherwise it is written in base64, and its name shows that.
    package static func isText(_ value: LogRecord.Field.Value, in bytes: Span<UInt8>) -> Bool {
        guard case .bytes(let range) = value else { return true }
        return UTF8Scalar.isValid(bytes.extracting(range))
    }

    /// Appends a value that is a field of the record with these bytes.
    package static func append(
        _ value: LogRecord.Field.Value,
        in bytes: Span<UInt8>,
        isText: Bool,
        to output: inout [UInt8]
    ) {
        switch value {
        case .integer(let integer) where isText:
            output.append(decimal: integer)
        case .integer(let integer):
            // Where one value of a name is not text, all its values are in base64.
            var digits: [UInt8] = []
            digits.append(decimal: integer)
            appendBase64(of: digits.span, to: &output)
        case .bytes(let range) where isText:
            append(bytes.extracting(range), to: &output)
        case .json(let range) where isText:
            append(json: bytes.extracting(range), to: &output)
        case .bytes(let range), .json(let range):
            appendBase64(of: bytes.extracting(range), to: &output)
        }
    }

    /// Appends a JSON value as it is, except characters that must not reach a terminal.
    ///
    /// Such characters are within the value's strings, if anywhere, where an escape means the same.
    private static func append(json: Span<UInt8>, to output: inout [UInt8]) {
        var start = 0
        var index = 0
        while true {
            index = ASCIIRun.end(in: json, from: index)
            guard index < json.count else { break }
            let (length, decoded) = UTF8Scalar.decode(json, at: index)
            let scalar = decoded ?? 0xFFFD
            guard decoded == nil || TextEscaping.needsEscape(scalar) else {
                index += length
                continue
            }
            output.append(json.extracting(start..<index))
            switch scalar {
            // Where a line may end between tokens, a space may stand.
            case 0x09, 0x0A, 0x0D: output.append(UInt8(ascii: " "))
            case 0xFFFD: output.append("\u{FFFD}")
            default: TextEscaping.appendUnicodeEscape(of: scalar, to: &output)
            }
            index += length
            start = index
        }
        output.append(json.extracting(start..<json.count))
    }

    /// Appends bytes as a JSON string in base64.
    private static func appendBase64(of data: Span<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
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
        output.append(UInt8(ascii: "\""))
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
