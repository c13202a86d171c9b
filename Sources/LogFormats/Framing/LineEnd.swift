/// Finds the newline or NUL that ends a line, 16 bytes at a time.
enum LineEnd {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    private static let everyByte: UInt64 = 0x0101_0101_0101_0101

    /// Where the first newline or NUL from `index` on is; the data's end when there is none.
    static func first(in data: Span<UInt8>, from index: Int) -> Int {
        var index = index
        let bytes = data.bytes
        while index < data.count, data.count &- index >= 16 {
            // Bounds are checked by the loop; any eight bytes are a UInt64.
            let first = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let second = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &+ 8, as: UInt64.self)
            guard ends(first) | ends(second) == 0 else { break }
            index &+= 16
        }
        while index < data.count, data.count &- index >= 8 {
            let found = ends(
                UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            )
            guard found == 0 else { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < data.count, data[index] != newline, data[index] != 0 { index &+= 1 }
        return index
    }

    /// The top bits of the bytes of a word that are a newline or 0. So may be those of bytes above them, by the borrow,
    /// but the lowest is always right.
    @inline(__always)
    private static func ends(_ word: UInt64) -> UInt64 {
        let line = word ^ (UInt64(newline) &* everyByte)
        return ((word &- everyByte) & ~word | (line &- everyByte) & ~line) & (0x80 &* everyByte)
    }
}
