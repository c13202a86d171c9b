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

    private static func valid(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }
}
