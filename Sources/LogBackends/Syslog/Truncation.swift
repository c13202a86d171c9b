import LogRecords

/// Cuts an escaped line of text to the size that an output accepts.
enum Truncation {
    /// Appends at most `limit` bytes of the text, and then `...[cut, N bytes]` with the number of omitted bytes.
    ///
    /// - Precondition: `limit` is less than the text's size.
    static func append(_ text: Span<UInt8>, limit: Int, to output: inout [UInt8]) {
        let end = boundary(in: text, before: limit)
        output.append(text.extracting(0..<end))
        output.append("...[cut, ")
        output.append(decimal: text.count - end)
        output.append(" bytes]")
    }

    /// The last index up to `limit` that is not within a UTF-8 sequence or an escape of `TextEscaping`.
    static func boundary(in text: Span<UInt8>, before limit: Int) -> Int {
        var end = limit
        while end > 0, limit - end < 3, text[end] & 0xC0 == 0x80 {
            end -= 1
        }
        var start = end
        while start > 0, end - start < 5 {
            start -= 1
            guard text[start] == UInt8(ascii: "\\") else { continue }
            let length =
                switch text[start + 1] {
                case UInt8(ascii: "x"): 4
                case UInt8(ascii: "u"): 6
                default: 2
                }
            return start + length > end ? start : end
        }
        return end
    }
}
