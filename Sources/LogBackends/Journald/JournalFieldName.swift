import LogRecords

/// Makes names that senders chose into names of journal fields; see systemd.journal-fields(7).
///
/// journald keeps upper-case ASCII letters, digits and underscores, at most 64, and no digit or underscore in front;
/// fields with any other name it drops without a word.
enum JournalFieldName {
    static let limit = 64

    /// Appends a name at `start`, which is where the output ends but for what is in front of the name, made valid.
    ///
    /// Letters become upper-case ones, and every other character an underscore. A name that begins with a digit or an
    /// underscore, or that is empty, gets `F_` in front; at `limit` the name is cut.
    static func append(_ name: Span<UInt8>, from start: Int, to output: inout [UInt8]) {
        let room = limit - (output.count - start)
        let isFront = output.count == start
        // Gathered, because appending byte by byte asks each time whether there is room.
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
            // The rest of a character in UTF-8.
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
