/// Decodes and encodes single Unicode scalars in UTF-8 (RFC 3629); decoding is strict.
public enum UTF8Scalar {
    /// The scalar at `index` and the bytes it takes.
    ///
    /// - Returns: nil and 1 where no well-formed scalar starts: overlong forms, surrogates, values above U+10FFFF
    ///   and truncated sequences are not well-formed.
    /// - Precondition: `index` is within `input`.
    public static func decode(_ input: Span<UInt8>, at index: Int) -> (length: Int, scalar: UInt32?) {
        let first = UInt32(input[index])
        let length: Int
        let minimum: UInt32
        var scalar: UInt32
        switch first {
        case 0..<0x80: return (1, first)
        case 0xC2..<0xE0: (length, minimum, scalar) = (2, 0x80, first & 0x1F)
        case 0xE0..<0xF0: (length, minimum, scalar) = (3, 0x800, first & 0x0F)
        case 0xF0..<0xF5: (length, minimum, scalar) = (4, 0x1_0000, first & 0x07)
        default: return (1, nil)
        }
        guard input.count - index >= length else { return (1, nil) }
        for offset in 1..<length {
            let byte = UInt32(input[index + offset])
            guard byte & 0xC0 == 0x80 else { return (1, nil) }
            scalar = scalar << 6 | (byte & 0x3F)
        }
        guard scalar >= minimum, scalar <= 0x10_FFFF, !(0xD800..<0xE000).contains(scalar) else { return (1, nil) }
        return (length, scalar)
    }

    /// Whether all of it is well-formed UTF-8.
    public static func isValid(_ input: Span<UInt8>) -> Bool {
        var index = 0
        while true {
            index = ASCIIRun.end(in: input, from: index)
            guard index < input.count else { return true }
            let (length, scalar) = decode(input, at: index)
            guard scalar != nil else { return false }
            index += length
        }
    }

    /// Appends a scalar in UTF-8.
    ///
    /// Half of a surrogate pair is written by the same rule as any other value, which makes it invalid UTF-8.
    ///
    /// - Parameters:
    ///   - scalar: at most 0x10FFFF.
    ///   - output: what the bytes are appended to.
    package static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3F }
        switch scalar {
        case 0..<0x80:
            output.append(UInt8(truncatingIfNeeded: scalar))
        case 0x80..<0x800:
            output.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            output.append(continuation(0))
        case 0x800..<0x1_0000:
            output.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            output.append(continuation(6))
            output.append(continuation(0))
        default:
            output.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
            output.append(continuation(12))
            output.append(continuation(6))
            output.append(continuation(0))
        }
    }
}
