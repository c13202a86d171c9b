import LogRecords

extension JSONString {
    /// Appends the text that the string means, in UTF-8.
    ///
    /// A surrogate without its other half becomes U+FFFD, and invalid UTF-8 becomes `\xff`, as
    /// `TextEscaping.appendValid` writes it.
    ///
    /// - Parameters:
    ///   - input: the text that it was found in.
    ///   - output: what the text is appended to.
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
            UTF8Scalar.append(scalar ?? 0xFFFD, to: &output)
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
            unit = unit << 4 | UInt32(Hexadecimal.value(input[index &+ offset]) ?? 0)
        }
        return unit
    }
}
