import LogRecords

extension JSONString {
    /// Appends the text that the string means, in UTF-8.
    ///
    /// A surrogate without its other half becomes U+FFFD, and bytes that are no UTF-8 become `\xff`, as
    /// `TextEscaping.appendValid` does it.
    ///
    /// - Parameter input: the text that it was found in.
    /// - Returns: whether nothing had to be replaced.
    package func append(from input: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        guard hasEscapes else {
            if isASCII {
                output.append(input.extracting(range))
                return true
            }
            return TextEscaping.appendValid(input.extracting(range), to: &output)
        }
        var isWhole = true
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            guard input[index] == UInt8(ascii: "\\") else {
                index &+= 1
                continue
            }
            isWhole = appendPlain(input.extracting(start..<index), to: &output) && isWhole
            let (length, scalar) = Self.decodeEscape(in: input, at: index)
            isWhole = scalar != nil && isWhole
            Self.append(scalar ?? 0xFFFD, to: &output)
            index &+= length
            start = index
        }
        return appendPlain(input.extracting(start..<range.upperBound), to: &output) && isWhole
    }

    private func appendPlain(_ part: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        guard !isASCII else {
            output.append(part)
            return true
        }
        return TextEscaping.appendValid(part, to: &output)
    }

    /// The scalar that the escape at `index` means, nil for half of a surrogate pair, and the bytes that it takes.
    ///
    /// - Precondition: `JSONScanner` has accepted it.
    static func decodeEscape(in input: Span<UInt8>, at index: Int) -> (length: Int, scalar: UInt32?) {
        switch input[index &+ 1] {
        case UInt8(ascii: "b"): return (2, 0x08)
        case UInt8(ascii: "f"): return (2, 0x0C)
        case UInt8(ascii: "n"): return (2, 0x0A)
        case UInt8(ascii: "r"): return (2, 0x0D)
        case UInt8(ascii: "t"): return (2, 0x09)
        case UInt8(ascii: "u"): break
        case let byte: return (2, UInt32(byte))
        }
        let first = codeUnit(in: input, at: index &+ 2)
        switch first {
        case 0xD800..<0xDC00:
            guard index &+ 12 <= input.count, input[index &+ 6] == UInt8(ascii: "\\"),
                input[index &+ 7] == UInt8(ascii: "u")
            else { return (6, nil) }
            let second = codeUnit(in: input, at: index &+ 8)
            guard (0xDC00..<0xE000).contains(second) else { return (6, nil) }
            return (12, 0x1_0000 &+ ((first & 0x3FF) << 10 | (second & 0x3FF)))
        case 0xDC00..<0xE000:
            return (6, nil)
        default:
            return (6, first)
        }
    }

    private static func codeUnit(in input: Span<UInt8>, at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for offset in 0..<4 {
            unit = unit << 4 | UInt32(hexValue(input[index &+ offset]) ?? 0)
        }
        return unit
    }

    static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit &- UInt8(ascii: "A") &+ 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit &- UInt8(ascii: "a") &+ 10
        default: nil
        }
    }

    /// Appends a scalar, which is no surrogate, in UTF-8.
    private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
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
