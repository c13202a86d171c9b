/// One word of a header.
enum SyslogWord {
    /// The longest word that can be a host or a tag.
    static let maxBytes = 256

    private static let everyByte: UInt64 = 0x0101_0101_0101_0101

    /// Where the word that begins at `index` ends: at a blank or the end.
    ///
    /// - Returns: nil when there is a control character in it.
    static func end(in text: Span<UInt8>, from index: Int) -> Int? {
        let end = plainEnd(in: text, from: index)
        return end == text.count || text[end] == UInt8(ascii: " ") ? end : nil
    }

    /// Where a name of structured data ends that begins at `index`: at a blank, a control character, `=`, `]` or `"`.
    static func nameEnd(in text: Span<UInt8>, from index: Int) -> Int {
        plainEnd(in: text, from: index) { word in
            Self.places(of: UInt8(ascii: "="), in: word) | Self.places(of: UInt8(ascii: "]"), in: word)
                | Self.places(of: UInt8(ascii: "\""), in: word)
        }
    }

    /// Where the bytes above a blank end, eight at a time; or those before, where `others` finds one.
    @inline(__always)
    private static func plainEnd(
        in text: Span<UInt8>,
        from index: Int,
        others: (UInt64) -> UInt64 = { _ in 0 }
    ) -> Int {
        var index = index
        let bytes = text.bytes
        while index < text.count, text.count &- index >= 8 {
            // Bounds are checked by the loop; any eight bytes are a UInt64.
            let word = UInt64(
                littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            )
            // A byte below 0x21 gets its top bit. The borrow may give it to bytes above; the lowest is always right.
            let low = (word &- 0x21 &* everyByte) & ~word & (0x80 &* everyByte)
            let found = low | places(of: 0x7F, in: word) | others(word)
            guard found == 0 else { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < text.count, text[index] > 0x20, text[index] != 0x7F, others(UInt64(text[index])) == 0 {
            index &+= 1
        }
        return index
    }

    /// The top bits of the bytes that are `byte`, which is not 0, and perhaps of some above the lowest of them.
    @inline(__always)
    private static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
        let difference = word ^ (UInt64(byte) &* everyByte)
        return (difference &- everyByte) & ~difference & (0x80 &* everyByte)
    }

    /// Whether a word has a colon or ends with a bracket, as tags do.
    @inline(__always)
    static func mayBeTag(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard !word.isEmpty, text[word.upperBound &- 1] != UInt8(ascii: "]") else { return !word.isEmpty }
        guard word.count <= 8, text.count &- word.lowerBound >= 8 else { return true }
        // Eight bytes are there; any are a UInt64.
        let bytes = text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: word.lowerBound, as: UInt64.self)
        let found = places(of: UInt8(ascii: ":"), in: UInt64(littleEndian: bytes))
        return found != 0 && found.trailingZeroBitCount / 8 < word.count
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    static func isUpper(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "A") < 26
    }

    /// Where the word that begins at `index` ends: at a blank, a tab or the end; at `index` when there is another
    /// control character in it.
    static func wordEnd(in text: Span<UInt8>, from index: Int) -> Int {
        let end = plainEnd(in: text, from: index)
        return end == text.count || text[end] == UInt8(ascii: " ") || text[end] == 0x09 ? end : index
    }

    static func blanksEnd(_ text: Span<UInt8>, from index: Int) -> Int {
        var index = index
        while index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
        return index
    }

    /// Where the blanks and tabs end.
    static func gapEnd(_ text: Span<UInt8>, from index: Int) -> Int {
        var index = index
        while index < text.count, text[index] == UInt8(ascii: " ") || text[index] == 0x09 { index &+= 1 }
        return index
    }

    /// Whether ` - ` stands at `index`.
    static func isDash(_ text: Span<UInt8>, at index: Int) -> Bool {
        text.count &- index >= 3 && text[index] == UInt8(ascii: " ") && text[index &+ 1] == UInt8(ascii: "-")
            && text[index &+ 2] == UInt8(ascii: " ")
    }

    /// A place without the blanks around it.
    static func trimmed(_ text: Span<UInt8>, _ place: Range<Int>) -> Range<Int> {
        var (start, end) = (place.lowerBound, place.upperBound)
        while start < end, text[start] == UInt8(ascii: " ") { start &+= 1 }
        while end > start, text[end &- 1] == UInt8(ascii: " ") { end &-= 1 }
        return start..<end
    }

    static func equal(_ text: Span<UInt8>, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
        guard first.count == second.count else { return false }
        for offset in 0..<first.count
        where text[first.lowerBound &+ offset] != text[second.lowerBound &+ offset] { return false }
        return true
    }

    static func begins(_ text: Span<UInt8>, at index: Int, with words: StaticString) -> Bool {
        guard text.count &- index >= words.utf8CodeUnitCount else { return false }
        // Read within the call only.
        return words.withUTF8Buffer { words in
            for offset in 0..<words.count where text[index &+ offset] != words[offset] { return false }
            return true
        }
    }
}
