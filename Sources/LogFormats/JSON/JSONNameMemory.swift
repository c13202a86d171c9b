import LogRecords

/// The names that members had, each with all that stood before its value, and what each name means.
///
/// Messages of one sender have few names, with the same white space, and mostly one after another in the same order. So
/// what follows a name is compared at once with what followed it before, rather than read.
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
        /// Whether it is an object's first member.
        let isFirst: Bool
        /// The name, by where it is in these bytes.
        let name: JSONString
        let meaning: Meaning

        /// Whether it stands for the same bytes.
        func isSame(as other: Entry) -> Bool {
            words == other.words && count == other.count && isFirst == other.isFirst
        }
    }

    /// A name that was found.
    struct Found {
        let name: JSONString
        let meaning: Meaning
        /// The place after it.
        let place: Int
    }

    /// More bytes before a value are not kept.
    private static var maxBytes: Int { 24 }
    private static var maxEntries: Int { 64 }
    /// The place at an object's start; that after a name is the index of its entry.
    static var start: Int { maxEntries }
    /// The place after a name that is not kept.
    private static var unknown: Int { maxEntries &+ 1 }

    private var entries: [Entry] = []
    /// For each place the two entries that followed it the last times; -1 for none.
    private var following: [(Int, Int)] = []

    /// Steps over the next member's name, if it is one that followed before.
    ///
    /// - Returns: nil where the scanner has to read the name.
    @inline(__always)
    func next(at place: Int, in text: Span<UInt8>, _ scanner: inout JSONScanner) -> Found? {
        guard place < following.count else { return nil }
        let candidates = following[place]
        let isFirst = place == Self.start
        return match(candidates.0, isFirst, in: text, &scanner) ?? match(candidates.1, isFirst, in: text, &scanner)
    }

    @inline(__always)
    private func match(_ index: Int, _ isFirst: Bool, in text: Span<UInt8>, _ scanner: inout JSONScanner) -> Found? {
        guard index >= 0 else { return nil }
        let entry = entries[index]
        let start = scanner.index
        // No index is negative; after this, all eight bytes from the places below on are within the text.
        guard text.count &- start >= entry.needed else { return nil }
        let first = Self.word(text, start) ^ entry.words.0
        let second = Self.word(text, start &+ entry.offsets.0) ^ entry.words.1
        let third = Self.word(text, start &+ entry.offsets.1) ^ entry.words.2
        guard (first | second | third) & entry.mask == 0, entry.isFirst == isFirst else { return nil }
        scanner.pass(start &+ entry.count, in: text)
        return Found(name: entry.name.moved(by: start), meaning: entry.meaning, place: index)
    }

    /// Keeps what a name means.
    ///
    /// - Parameters:
    ///   - meaning: the name's meaning.
    ///   - name: the name, by where it is in the text.
    ///   - place: the place before it.
    ///   - range: from the end of the last value to the start of this one.
    ///   - text: the text.
    /// - Returns: the place after it.
    @inline(never)
    mutating func keep(
        _ meaning: Meaning,
        of name: JSONString,
        at place: Int,
        _ range: Range<Int>,
        in text: Span<UInt8>
    ) -> Int {
        let (start, count) = (range.lowerBound, range.count)
        guard count <= Self.maxBytes, !name.hasEscapes, text.count &- start >= 8 else { return Self.unknown }
        let offsets = (min(8, max(0, count &- 8)), max(0, count &- 8))
        let mask = count >= 8 ? .max : UInt64(littleEndian: (1 &<< UInt64(8 &* count)) &- 1)
        let words = (
            Self.word(text, start) & mask, Self.word(text, start &+ offsets.0) & mask,
            Self.word(text, start &+ offsets.1) & mask
        )
        let entry = Entry(
            count: count,
            needed: max(8, count),
            offsets: offsets,
            words: words,
            mask: mask,
            isFirst: place == Self.start,
            name: name.moved(by: 0 &- start),
            meaning: meaning
        )
        if let index = entries.firstIndex(where: { $0.isSame(as: entry) }) {
            follow(place, by: index)
            return index
        }
        if entries.isEmpty || entries.count == Self.maxEntries {
            entries.removeAll(keepingCapacity: true)
            following = Array(repeating: (-1, -1), count: Self.maxEntries + 2)
        }
        entries.append(entry)
        follow(place, by: entries.count &- 1)
        return entries.count &- 1
    }

    private mutating func follow(_ place: Int, by index: Int) {
        if place != Self.unknown, following[place].0 != index { following[place] = (index, following[place].0) }
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
