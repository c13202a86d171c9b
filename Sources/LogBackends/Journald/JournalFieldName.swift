import LogRecords

/// Turns names that senders chose into names of journal fields; see systemd.journal-fields(7).
///
/// journald accepts names of up to 64 upper-case ASCII letters, digits and underscores that begin with a letter, and
/// drops fields with other names silently.
enum JournalFieldName {
    static let limit = 64

    /// Appends a name, changed to a valid one; the output from `start` on is a prefix of it.
    ///
    /// Letters become upper-case, and other characters underscores. A name that begins with a digit or an underscore, or
    /// is empty, gets the prefix `F_`; at `limit` the name is cut.
    static func append(_ name: Span<UInt8>, from start: Int, to output: inout [UInt8]) {
        let room = limit - (output.count - start)
        let isFront = output.count == start
        let beginsRight = !isFront || name.count > 0 && isLetter(name[0])
        if beginsRight, name.count <= room, appendASCII(name, to: &output) { return }
        // Collected first, because every append to the array checks its capacity.
        var text = InlineArray<64, UInt8>(repeating: UInt8(ascii: "_"))
        var count = 0
        var index = 0
        while index < name.count, count < room {
            let byte = valid(name[index])
            if isFront, count == 0, byte < UInt8(ascii: "A") || byte == UInt8(ascii: "_") {
                text[0] = UInt8(ascii: "F")
                count = 2
            }
            text[count] = byte
            count += 1
            index += 1
            // Continuation bytes of UTF-8.
            while index < name.count, name[index] & 0xC0 == 0x80 { index += 1 }
        }
        output.append(text.span.extracting(..<count))
        if output.count == start { output.append("F_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    /// Appends a name of ASCII, of which nothing but single characters changes; false, and nothing, where it is not.
    private static func appendASCII(_ name: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        let start = output.count
        let size = name.count
        output.append(addingCapacity: size &+ 8) { output in
            output.withUnsafeMutableBufferPointer { buffer, count in
                let room = UnsafeMutableRawBufferPointer(buffer)
                var seen: UInt64 = 0
                var index = 0
                while size &- index >= 8 {
                    seen |= convert(name, at: index, to: room)
                    index &+= 8
                }
                if size >= 8 {
                    seen |= convert(name, at: size &- 8, to: room)
                } else {
                    var word: UInt64 = 0
                    for index in 0..<size { word |= UInt64(name[index]) << (8 &* UInt64(truncatingIfNeeded: index)) }
                    seen |= word
                    // There is room for eight bytes more than the name has.
                    room.storeBytes(of: valid(word).littleEndian, toByteOffset: 0, as: UInt64.self)
                }
                count = seen & ByteScan.topBits == 0 ? size : 0
            }
        }
        return output.count &- start == size
    }

    /// Writes eight bytes of a name, changed, to the same place; returns what they were.
    ///
    /// - Precondition: they are within the name, and in the room.
    @inline(__always)
    private static func convert(_ name: Span<UInt8>, at index: Int, to room: UnsafeMutableRawBufferPointer) -> UInt64 {
        let word = name.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
        room.storeBytes(of: valid(word), toByteOffset: index, as: UInt64.self)
        return word
    }

    /// `valid` for eight bytes of ASCII at once.
    @inline(__always)
    private static func valid(_ word: UInt64) -> UInt64 {
        // The top bit of each byte that is not below a limit; without one in the bytes there is no carry between them.
        func reach(_ limit: UInt8, _ word: UInt64) -> UInt64 { word &+ UInt64(0x80 &- limit) &* ByteScan.everyByte }
        let small = reach(UInt8(ascii: "a"), word) & ~reach(UInt8(ascii: "z") + 1, word) & ByteScan.topBits
        let upper = word &- small >> 2
        let letters = reach(UInt8(ascii: "A"), upper) & ~reach(UInt8(ascii: "Z") + 1, upper)
        let digits = reach(UInt8(ascii: "0"), upper) & ~reach(UInt8(ascii: "9") + 1, upper)
        let kept = ((letters | digits) & ByteScan.topBits) >> 7 &* 0xFF
        return upper & kept | UInt64(UInt8(ascii: "_")) &* ByteScan.everyByte & ~kept
    }

    private static func valid(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }
}
