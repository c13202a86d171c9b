/// Finds text that every output takes as it is, eight bytes at a time: most of what is logged is plain ASCII.
package enum PlainText {
    private static let everyByte: UInt64 = 0x0101_0101_0101_0101

    /// Where the printable ASCII (0x20 to 0x7E) that starts at `index` ends.
    package static func end(in input: Span<UInt8>, from index: Int) -> Int {
        var index = index
        while index < input.count, input.count &- index >= 8 {
            // Bounds are checked by the loop and by the call; any eight bytes are a UInt64.
            let word = input.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard isPlain(word) else { break }
            index &+= 8
        }
        while index < input.count, (0x20..<0x7F).contains(input[index]) { index &+= 1 }
        return index
    }

    /// Where the printable ASCII without quotation marks and backslashes that starts at `index` ends.
    package static func endUnquoted(in input: Span<UInt8>, from index: Int) -> Int {
        var index = index
        while index < input.count, input.count &- index >= 8 {
            let word = input.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard isPlain(word), !contains(word, UInt8(ascii: "\"")), !contains(word, UInt8(ascii: "\\")) else { break }
            index &+= 8
        }
        while index < input.count, (0x20..<0x7F).contains(input[index]),
            input[index] != UInt8(ascii: "\""), input[index] != UInt8(ascii: "\\")
        {
            index &+= 1
        }
        return index
    }

    /// Whether all eight bytes are 0x20 to 0x7E: the lowest that is not sets its top bit in one of the three terms,
    /// and as long as all are, no byte borrows from or carries into the next.
    private static func isPlain(_ word: UInt64) -> Bool {
        (word | (word &- 0x20 &* everyByte) | (word &+ everyByte)) & (0x80 &* everyByte) == 0
    }

    /// Whether one of eight bytes that are plain is `byte`: their difference is 0 there, and only 0 - 1 has the top bit.
    private static func contains(_ word: UInt64, _ byte: UInt8) -> Bool {
        let difference = word ^ (UInt64(byte) &* everyByte)
        return (difference &- everyByte) & ~difference & (0x80 &* everyByte) != 0
    }
}
