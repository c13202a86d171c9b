import LogRecords

/// Turns the names of senders into single words, for `journalctl -t` and for the tag of a syslog line.
enum IdentifierText {
    /// Appends at most `limit` bytes of a text, as one word.
    static func append(_ text: Span<UInt8>, keepingSlashes: Bool, limit: Int, to output: inout [UInt8]) {
        let start = output.count
        output.append(text.extracting(first: limit))
        makeWord(of: &output, from: start, keepingSlashes: keepingSlashes)
    }

    /// Turns the output from `start` on into one word.
    ///
    /// White space, control characters, invalid UTF-8 and, unless kept, slashes become underscores.
    static func makeWord(of output: inout [UInt8], from start: Int, keepingSlashes: Bool) {
        let plain = ASCIIRun.endOfWord(in: output.span.extracting(start...), from: 0)
        var index = start + plain
        var end = index
        while index < output.count {
            let (length, scalar) = UTF8Scalar.decode(output.span, at: index)
            if let scalar, isKept(scalar, keepingSlashes: keepingSlashes) {
                for offset in 0..<length { output[end + offset] = output[index + offset] }
                end += length
            } else {
                output[end] = UInt8(ascii: "_")
                end += 1
            }
            index += length
        }
        output.cut(to: end)
    }

    private static func isKept(_ scalar: UInt32, keepingSlashes: Bool) -> Bool {
        switch scalar {
        case 0x2F: keepingSlashes
        case 0x21..<0x7F: true
        // White space beyond ASCII, and characters without a width.
        case 0x20, 0xA0, 0x1680, 0x2000...0x200D, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: false
        default: !TextEscaping.needsEscape(scalar)
        }
    }
}
