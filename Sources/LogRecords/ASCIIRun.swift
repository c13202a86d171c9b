/// Finds runs of ASCII that every output takes as they are, 32 bytes at a time: most logged text is plain ASCII.
package enum ASCIIRun {
    /// Where the printable ASCII (0x20 to 0x7E) that starts at `index` ends.
    package static func end(in input: Span<UInt8>, from index: Int) -> Int {
        var index = end(in: input, from: index) { notPlain($0) }
        while index < input.count, (0x20..<0x7F).contains(input[index]) { index &+= 1 }
        return index
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

    /// Returns where the words without a `special` byte end: at most seven bytes before the first such byte, or at the
    /// end.
    ///
    /// - Parameter special: sets the top bit of some byte where there is one, and of none where there is not.
    @inline(__always)
    private static func end(in input: Span<UInt8>, from start: Int, _ special: (UInt64) -> UInt64) -> Int {
        let bytes = input.bytes
        var index = start
        // Bounds are checked by the loops; any eight bytes are a UInt64.
        while index < input.count, input.count &- index >= 32 {
            let found =
                special(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
                | special(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &+ 8, as: UInt64.self))
                | special(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &+ 16, as: UInt64.self))
                | special(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &+ 24, as: UInt64.self))
            guard found & ByteScan.topBits == 0 else { break }
            index &+= 32
        }
        while index < input.count, input.count &- index >= 8 {
            let found = special(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            guard found & ByteScan.topBits == 0 else { return index }
            index &+= 8
        }
        // The last eight bytes instead of the few that are left, where there are eight; those before are plain.
        let last = input.count &- 8
        if index < input.count, last >= start, last >= 0 {
            let found = special(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: last, as: UInt64.self))
            if found & ByteScan.topBits == 0 { index = input.count }
        }
        return index
    }

    /// Sets a top bit where not all eight bytes are 0x20 to 0x7E: the lowest that is not sets its own in one of the
    /// three terms, and as long as all are, no byte borrows from or carries into the next.
    @inline(__always)
    private static func notPlain(_ word: UInt64) -> UInt64 {
        word | (word &- 0x20 &* ByteScan.everyByte) | (word &+ ByteScan.everyByte)
    }
}
