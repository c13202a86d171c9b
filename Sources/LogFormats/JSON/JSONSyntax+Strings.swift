import LogRecords

/// Strings (RFC 8259, section 7).
extension JSONSyntax {
    /// Reads the string that starts at `index`, after its quotation mark; steps over the closing one.
    @inline(__always)
    static func string(in input: Span<UInt8>, _ index: inout Int) throws(JSONError) -> JSONString {
        let (end, isASCII) = plainEnd(in: input, from: index)
        // Most strings are plain to their end. No index is negative.
        guard end < input.count, input[unchecked: end] == UInt8(ascii: "\"") else {
            return try string(in: input, &index, plainTo: end, isASCII)
        }
        let range = Range(uncheckedBounds: (index, end))
        index = end &+ 1
        return JSONString(range: range, hasEscapes: false, isASCII: isASCII)
    }

    /// Reads any string that starts at `index`.
    ///
    /// - Parameters:
    ///   - input: the text.
    ///   - index: moved past the string.
    ///   - end: the plain bytes before it are read.
    ///   - isPlainASCII: whether these are all ASCII.
    /// - Returns: the string, as a range of the text.
    /// - Throws: what is not JSON, and where.
    @inline(never)
    private static func string(
        in input: Span<UInt8>,
        _ index: inout Int,
        plainTo end: Int,
        _ isPlainASCII: Bool
    ) throws(JSONError) -> JSONString {
        let start = index
        var hasEscapes = false
        var isASCII = isPlainASCII
        index = end
        while index < input.count {
            switch input[index] {
            case UInt8(ascii: "\""):
                let range = start..<index
                index &+= 1
                return JSONString(range: range, hasEscapes: hasEscapes, isASCII: isASCII)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape(in: input, &index)
                let plain = plainEnd(in: input, from: index)
                index = plain.end
                isASCII = plain.isASCII && isASCII
            case 0..<0x20:
                throw .unexpected(at: index)
            case let byte:
                isASCII = byte < 0x80 && isASCII
                index &+= 1
            }
        }
        throw .unexpected(at: index)
    }

    /// Where the first byte is from `start` on that ends a string or has no place in one as it is, or the text's end; and
    /// whether all before it are ASCII.
    @inline(never)
    private static func plainEnd(in input: Span<UInt8>, from start: Int) -> (end: Int, isASCII: Bool) {
        let bytes = input.bytes
        var index = start
        var seen = SIMD2<UInt64>()
        // No index is negative, and the guards keep the bytes within the text; any sixteen bytes are two UInt64.
        while input.count &- index >= 16 {
            let loaded = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD2<UInt64>.self)
            let words = SIMD2(UInt64(littleEndian: loaded[0]), UInt64(littleEndian: loaded[1]))
            let stops = stops(in: words)
            guard stops[0] | stops[1] == 0 else {
                if stops[0] != 0 { return end(at: index, stops[0], words[0], seen[0] | seen[1]) }
                return end(at: index &+ 8, stops[1], words[1], seen[0] | seen[1] | words[0])
            }
            seen |= words
            index &+= 16
        }
        var all = seen[0] | seen[1]
        if input.count &- index >= 8 {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let stops = stops(in: word)
            guard stops == 0 else { return end(at: index, stops, word, all) }
            all |= word
            index &+= 8
        }
        // The last eight bytes without those before: instead of these, zeros follow, which stop.
        guard index < input.count, input.count >= 8 else { return (index, all & ByteScan.topBits == 0) }
        let last = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: input.count &- 8, as: UInt64.self)
        let word = UInt64(littleEndian: last) &>> UInt64(truncatingIfNeeded: 8 &* (8 &- (input.count &- index)))
        return end(at: index, stops(in: word), word, all)
    }

    /// The end within a word of which a byte stops.
    @inline(__always)
    private static func end(at index: Int, _ stops: UInt64, _ word: UInt64, _ seen: UInt64) -> (Int, Bool) {
        // Bytes that stop have no top bit, so the top bits that are seen are of the bytes before.
        let all = seen | word & (stops &- 1)
        return (index &+ stops.trailingZeroBitCount &>> 3, all & ByteScan.topBits == 0)
    }

    /// Marks quotation marks, backslashes and control characters.
    @inline(__always)
    private static func stops(in word: UInt64) -> UInt64 {
        let marks =
            ByteScan.marks(of: UInt8(ascii: "\""), in: word) | ByteScan.marks(of: UInt8(ascii: "\\"), in: word)
            | ByteScan.marks(below: 0x20, in: word)
        return marks & ByteScan.topBits
    }

    /// The same for two words at once.
    @inline(__always)
    private static func stops(in words: SIMD2<UInt64>) -> SIMD2<UInt64> {
        let ones = SIMD2<UInt64>(repeating: ByteScan.everyByte)
        let quotes = words ^ SIMD2(repeating: 0x22 &* ByteScan.everyByte)
        let backslashes = words ^ SIMD2(repeating: 0x5C &* ByteScan.everyByte)
        let marks =
            (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
            | (words &- SIMD2(repeating: 0x20 &* ByteScan.everyByte)) & ~words
        return marks & SIMD2(repeating: ByteScan.topBits)
    }

    /// Steps over the escape sequence at `index`.
    private static func escape(in input: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        index &+= 1
        guard index < input.count else { throw .unexpected(at: index) }
        switch input[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index &+= 1
        case UInt8(ascii: "u"):
            index &+= 1
            for _ in 0..<4 {
                guard index < input.count, Hexadecimal.value(input[index]) != nil else {
                    throw .unexpected(at: index)
                }
                index &+= 1
            }
        default:
            throw .unexpected(at: index)
        }
    }
}
