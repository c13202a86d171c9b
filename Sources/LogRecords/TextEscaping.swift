/// Escapes characters that must not reach a text log as they are.
///
/// Control characters (C0, DEL, C1), line and paragraph separators and bidirectional controls would forge lines or
/// steer a terminal; they become `\n`, `\r`, `\t`, `\x1b` or `\u202e`, invalid UTF-8 `\xff`. A backslash stays, so text
/// that has been escaped once is not changed by being escaped again.
public enum TextEscaping {
    /// Appends text with everything escaped that must not reach a text log.
    public static func append(_ input: Span<UInt8>, to output: inout [UInt8]) {
        var start = 0
        var index = 0
        while true {
            index = ASCIIRun.end(in: input, from: index)
            guard index < input.count else { break }
            let (length, scalar) = UTF8Scalar.decode(input, at: index)
            if let scalar, !needsEscape(scalar) {
                index += length
                continue
            }
            output.append(input.extracting(start..<index))
            if let scalar {
                appendEscape(of: scalar, to: &output)
            } else {
                appendHex(input[index], to: &output)
            }
            index += length
            start = index
        }
        output.append(input.extracting(start..<input.count))
    }

    /// Appends text as it is, except invalid UTF-8, which becomes `\xff`.
    ///
    /// - Returns: whether all of it was UTF-8, and so nothing was changed.
    public static func appendValid(_ input: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        guard !UTF8Scalar.isValid(input) else {
            output.append(input)
            return true
        }
        var index = 0
        while index < input.count {
            let (length, scalar) = UTF8Scalar.decode(input, at: index)
            if scalar == nil {
                appendHex(input[index], to: &output)
            } else {
                output.append(input.extracting(index..<(index + length)))
            }
            index += length
        }
        return false
    }

    /// Whether a scalar is a control character, a line or paragraph separator, or a bidirectional control.
    package static func needsEscape(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func appendEscape(of scalar: UInt32, to output: inout [UInt8]) {
        switch scalar {
        case 0x09: output.append("\\t")
        case 0x0A: output.append("\\n")
        case 0x0D: output.append("\\r")
        case 0..<0x80: appendHex(UInt8(truncatingIfNeeded: scalar), to: &output)
        default: appendUnicodeEscape(of: scalar, to: &output)
        }
    }

    /// Appends `\u` and the four hexadecimal digits of a scalar up to U+FFFF.
    package static func appendUnicodeEscape(of scalar: UInt32, to output: inout [UInt8]) {
        output.append("\\u")
        appendHexDigits(UInt8(truncatingIfNeeded: scalar >> 8), to: &output)
        appendHexDigits(UInt8(truncatingIfNeeded: scalar), to: &output)
    }

    private static func appendHex(_ byte: UInt8, to output: inout [UInt8]) {
        output.append("\\x")
        appendHexDigits(byte, to: &output)
    }

    private static func appendHexDigits(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(Hexadecimal.digit(byte >> 4))
        output.append(Hexadecimal.digit(byte & 0xF))
    }
}
