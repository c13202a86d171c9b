/// Finds the newline or NUL that ends a line, eight bytes at a time.
enum LineEnd {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    private static let everyByte: UInt64 = 0x0101_0101_0101_0101

    /// Where the first newline or NUL from `index` on is; the data's end when there is none.
    @inline(__always)
    static func first(in data: Span<UInt8>, from index: Int) -> Int {
        var index = index
        while index < data.count, data.count &- index >= 8 {
            // Bounds are checked by the loop and by the call; any eight bytes are a UInt64.
            let word = UInt64(
                littleEndian: data.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            // A byte that is 0 gets its top bit. So may bytes above it, by the borrow, but the lowest is always right.
            let line = word ^ (UInt64(newline) &* everyByte)
            let found = ((word &- everyByte) & ~word | (line &- everyByte) & ~line) & (0x80 &* everyByte)
            guard found == 0 else { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < data.count, data[index] != newline, data[index] != 0 { index &+= 1 }
        return index
    }
}
