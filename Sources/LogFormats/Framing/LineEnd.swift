import LogRecords

/// Finds the newline or NUL that ends a line, 16 bytes at a time.
enum LineEnd {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    /// Where the first newline or NUL from `index` on is; the data's end when there is none.
    static func first(in data: Span<UInt8>, from index: Int) -> Int {
        var index = index
        let bytes = data.bytes
        while index < data.count, data.count &- index >= 16 {
            // Bounds are checked by the loop; any eight bytes are a UInt64.
            let first = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let second = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &+ 8, as: UInt64.self)
            guard (ends(first) | ends(second)) & ByteScan.topBits == 0 else { break }
            index &+= 16
        }
        return ByteScan.firstIndex(in: data, from: index, ends)
    }

    /// Marks newlines and NULs.
    @inline(__always)
    private static func ends(_ word: UInt64) -> UInt64 {
        ByteScan.marks(of: newline, in: word) | ByteScan.marks(of: 0, in: word)
    }
}
