/// Finds runs of ASCII that every output takes as they are, many bytes at a time: most logged text is plain ASCII.
package enum ASCIIRun {
    /// Where the printable ASCII (0x20 to 0x7E) that starts at `start` ends.
    package static func end(in input: Span<UInt8>, from start: Int) -> Int {
        let bytes = input.bytes
        // All bits of the bytes from `index` on that are plain: as signed numbers, plus one, only these are above 0x20.
        @inline(__always)
        func plain(_ index: Int) -> SIMDMask<SIMD16<Int8>> {
            // Bounds are checked by the loops; any sixteen bytes are sixteen Int8.
            let signed = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD16<Int8>.self)
            return (signed &+ SIMD16(repeating: 1)) .> SIMD16(repeating: 0x20)
        }
        var index = start
        if input.count &- start >= 16 {
            while input.count &- index >= 64 {
                let found = words(plain(index) .& plain(index &+ 16) .& plain(index &+ 32) .& plain(index &+ 48))
                guard found[0] & found[1] == .max else { break }
                index &+= 64
            }
            while input.count &- index >= 16 {
                let found = words(plain(index))
                guard found[0] == .max else { return index &+ (~found[0]).trailingZeroBitCount >> 3 }
                guard found[1] == .max else { return index &+ 8 &+ (~found[1]).trailingZeroBitCount >> 3 }
                index &+= 16
            }
            // The last sixteen bytes instead of the few that are left.
            let last = words(plain(input.count &- 16))
            if last[0] & last[1] == .max { return input.count }
        }
        index = end(in: input, from: index) { notPlain($0) }
        while index < input.count, (0x20..<0x7F).contains(input[index]) { index &+= 1 }
        return index
    }

    /// A mask's bytes as words with the first byte in the lowest bits.
    @inline(__always)
    private static func words(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> {
        // Both are sixteen bytes, and any of these are two UInt64.
        let words = unsafeBitCast(mask, to: SIMD2<UInt64>.self)
        return SIMD2(UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]))
    }

    /// Where the printable ASCII without quotation marks and backslashes that starts at `index` ends.
    package static func endOfJSONSafe(in input: Span<UInt8>, from index: Int) -> Int {
        var index = end(in: input, from: index) { word in
            notPlain(word) | ByteScan.marks(of: UInt8(ascii: "\""), in: word)
                | ByteScan.marks(of: UInt8(ascii: "\\"), in: word)
        }
        while index < input.count, (0x20..<0x7F).contains(input[index]),
            input[index] != UInt8(ascii: "\""), input[index] != UInt8(ascii: "\\")
        {
            index &+= 1
        }
        return index
    }

    /// Where the printable ASCII without blanks and slashes that starts at `index` ends.
    package static func endOfWord(in input: Span<UInt8>, from index: Int) -> Int {
        var index = end(in: input, from: index) { word in
            word | (word &- 0x21 &* ByteScan.everyByte) | (word &+ ByteScan.everyByte)
                | ByteScan.marks(of: UInt8(ascii: "/"), in: word)
        }
        while index < input.count, (0x21..<0x7F).contains(input[index]), input[index] != UInt8(ascii: "/") {
            index &+= 1
        }
        return index
    }

    /// Finds the first byte that is `special`.
    ///
    /// - Parameters:
    ///   - input: the bytes.
    ///   - start: where the search starts.
    ///   - special: sets the top bit of the first such byte of eight, if there is one, and none of those below it.
    /// - Returns: where the byte is; without one in whole words of eight, one of the last seven bytes or the end.
    @inline(__always)
    private static func end(in input: Span<UInt8>, from start: Int, _ special: (UInt64) -> UInt64) -> Int {
        let bytes = input.bytes
        var index = start
        // Bounds are checked by the loops; any eight bytes are a UInt64.
        func found(at index: Int) -> UInt64 {
            special(UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)))
                & ByteScan.topBits
        }
        // Many texts are short.
        if index < input.count, input.count &- index >= 8 {
            let first = found(at: index)
            guard first == 0 else { return index &+ (first.trailingZeroBitCount >> 3) }
            index &+= 8
        }
        while index < input.count, input.count &- index >= 32 {
            guard found(at: index) | found(at: index &+ 8) | found(at: index &+ 16) | found(at: index &+ 24) == 0 else {
                break
            }
            index &+= 32
        }
        while index < input.count, input.count &- index >= 8 {
            let found = found(at: index)
            guard found == 0 else { return index &+ (found.trailingZeroBitCount >> 3) }
            index &+= 8
        }
        // The last eight bytes instead of the few that are left, where there are eight; those before are plain.
        let last = input.count &- 8
        if index < input.count, last >= start, last >= 0, found(at: last) == 0 { index = input.count }
        return index
    }

    /// Sets a top bit where not all eight bytes are 0x20 to 0x7E: the lowest that is not sets its own in one of the
    /// three terms, and as long as all are, no byte borrows from or carries into the next.
    @inline(__always)
    private static func notPlain(_ word: UInt64) -> UInt64 {
        word | (word &- 0x20 &* ByteScan.everyByte) | (word &+ ByteScan.everyByte)
    }
}
