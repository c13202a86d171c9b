/// Finds bytes eight at a time, in words that hold the first byte in their lowest bits.
///
/// Marks are words that have the top bit of each byte that was looked for. Only the lowest of these top bits counts:
/// bytes above it may have theirs by a borrow, and the other bits of a byte are any.
///
/// Public, because functions with package access are not inlined in other modules.
public enum ByteScan {
    /// 1 in each of eight bytes.
    @inlinable public static var everyByte: UInt64 { 0x0101_0101_0101_0101 }
    /// The top bits of eight bytes.
    @inlinable public static var topBits: UInt64 { 0x8080_8080_8080_8080 }

    /// Marks the bytes that are `byte`.
    @inlinable @inline(__always)
    public static func marks(of byte: UInt8, in word: UInt64) -> UInt64 {
        // The difference is 0 there, and only 0 - 1 has the top bit, for differences without it.
        let difference = word ^ (UInt64(byte) &* everyByte)
        return (difference &- everyByte) & ~difference
    }

    /// Marks the bytes that are below `limit`, which is at most 128.
    @inlinable @inline(__always)
    public static func marks(below limit: UInt8, in word: UInt64) -> UInt64 {
        (word &- UInt64(limit) &* everyByte) & ~word
    }

    /// Returns the position, from 0 to 7, of the lowest byte that is marked; 8 where there is none.
    @inlinable @inline(__always)
    public static func position(of marks: UInt64) -> Int {
        (marks & topBits).trailingZeroBitCount &>> 3
    }

    /// Returns the index, from `start` on, of the first byte that `marks` marks; the data's count where there is none.
    @inlinable @inline(__always)
    public static func firstIndex(in data: Span<UInt8>, from start: Int, _ marks: (UInt64) -> UInt64) -> Int {
        var index = start
        let bytes = data.bytes
        let last = data.count &- 8
        while index <= last {
            // No index is negative, and the loop keeps eight bytes within the data; any eight bytes are a UInt64.
            let loaded = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let found = marks(UInt64(littleEndian: loaded)) & topBits
            guard found == 0 else { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        // The other seven bytes of such a word are 0, and above the one that counts.
        while index < data.count, marks(UInt64(data[index])) & 0x80 == 0 { index &+= 1 }
        return index
    }
}
