import LogRecords

/// One word of a header.
enum SyslogWord {
    /// The longest word that can be a host or a tag.
    static let maxBytes = 256

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
            ByteScan.marks(of: UInt8(ascii: "="), in: word) | ByteScan.marks(of: UInt8(ascii: "]"), in: word)
                | ByteScan.marks(of: UInt8(ascii: "\""), in: word)
        }
    }

    /// Where the bytes above a blank end, DEL excluded, or before, at the first byte that `others` marks.
    @inline(__always)
    private static func plainEnd(
        in text: Span<UInt8>,
        from index: Int,
        others: (UInt64) -> UInt64 = { _ in 0 }
    ) -> Int {
        ByteScan.firstIndex(in: text, from: index) { word in
            ByteScan.marks(below: 0x21, in: word) | ByteScan.marks(of: 0x7F, in: word) | others(word)
        }
    }

    /// Whether a word has a colon or ends with a bracket, as tags do.
    @inline(__always)
    static func mayBeTag(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        guard !word.isEmpty, text[word.upperBound &- 1] != UInt8(ascii: "]") else { return !word.isEmpty }
        guard word.count <= 8, text.count &- word.lowerBound >= 8 else { return true }
        // Eight bytes are there; any are a UInt64.
        let bytes = text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: word.lowerBound, as: UInt64.self)
        let found = ByteScan.marks(of: UInt8(ascii: ":"), in: UInt64(littleEndian: bytes))
        return ByteScan.position(of: found) < word.count
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
}
