import LogRecords

/// The names of the last object's members by their places, and what each means.
///
/// Messages of one sender mostly have the same names in the same order, with the same white space. So all that stands
/// between two values is compared at once, rather than read.
struct JSONNameMemory<Meaning: Sendable>: Sendable {
    private struct Entry: Sendable {
        /// How many bytes stand before the value, from the end of the last one on.
        let count: Int
        /// How many bytes have to be there for the comparison.
        let needed: Int
        /// Where the second and the third eight of them are, which overlap; the first are at the start.
        let offsets: (Int, Int)
        let words: (UInt64, UInt64, UInt64)
        /// Of each word the bytes that count: not all where there are fewer than eight.
        let mask: UInt64
        /// The name, by where it is in these bytes.
        let name: JSONString
        let meaning: Meaning
    }

    /// More bytes before a value are not kept.
    private static var maxBytes: Int { 24 }
    private static var maxEntries: Int { 32 }

    private var entries: [Entry] = []

    /// Steps over the name of the member at a place, if that is what was there in the last object.
    ///
    /// - Returns: the name and its meaning; nil where the scanner has to read the name.
    @inline(__always)
    func name(
        at place: Int,
        in text: Span<UInt8>,
        _ scanner: inout JSONScanner
    ) -> (name: JSONString, meaning: Meaning)? {
        guard place < entries.count else { return nil }
        let entry = entries[place]
        let index = scanner.index
        // No index is negative; after this, all eight bytes from the places below on are within the text.
        guard text.count &- index >= entry.needed else { return nil }
        let first = Self.word(text, index) ^ entry.words.0
        let second = Self.word(text, index &+ entry.offsets.0) ^ entry.words.1
        let third = Self.word(text, index &+ entry.offsets.1) ^ entry.words.2
        guard (first | second | third) & entry.mask == 0 else { return nil }
        scanner.pass(index &+ entry.count, in: text)
        return (entry.name.moved(by: index), entry.meaning)
    }

    /// Keeps what a name means for the next message.
    ///
    /// - Parameters:
    ///   - meaning: the name's meaning.
    ///   - name: the name, by where it is in the text.
    ///   - place: the number of members before it.
    ///   - range: from the end of the last value to the start of this one.
    ///   - text: the text.
    @inline(never)
    mutating func keep(
        _ meaning: Meaning,
        of name: JSONString,
        at place: Int,
        _ range: Range<Int>,
        in text: Span<UInt8>
    ) {
        guard place <= entries.count, place < Self.maxEntries else { return }
        let count = range.count
        let fits = count <= Self.maxBytes && !name.hasEscapes && text.count &- range.lowerBound >= 8
        let offsets = (min(8, max(0, count &- 8)), max(0, count &- 8))
        let entry = Entry(
            count: count,
            // No text has so many.
            needed: fits ? max(8, count) : .max,
            offsets: offsets,
            words: fits
                ? (
                    Self.word(text, range.lowerBound), Self.word(text, range.lowerBound &+ offsets.0),
                    Self.word(text, range.lowerBound &+ offsets.1)
                ) : (0, 0, 0),
            mask: count >= 8 ? .max : UInt64(littleEndian: (1 &<< UInt64(8 &* count)) &- 1),
            name: name.moved(by: 0 &- range.lowerBound),
            meaning: meaning
        )
        if place < entries.count { entries[place] = entry } else { entries.append(entry) }
    }

    /// Eight bytes of the text.
    ///
    /// - Precondition: they are there.
    @inline(__always)
    private static func word(_ text: Span<UInt8>, _ index: Int) -> UInt64 {
        // Any eight bytes are a UInt64.
        text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
    }
}
