import LogRecords

/// The names of the last message by their places, and what each means: messages of one sender mostly have the same names
/// in the same order, and comparing is cheaper than looking up.
struct NameMemory<Meaning: Sendable>: Sendable {
    private struct Entry: Sendable {
        let count: Int
        /// See `KeywordTable.ends`: all of the name, together.
        let head: UInt64
        let tail: UInt64
        let meaning: Meaning
    }

    /// Longer names, in bytes, are not kept.
    private static var maxNameBytes: Int { 16 }
    private static var maxEntries: Int { 32 }

    private var entries: [Entry] = []

    /// What the name means; nil where another name was at that place.
    @inline(__always)
    func meaning(of name: Span<UInt8>, at place: Int) -> Meaning? {
        guard place < entries.count, entries[place].count == name.count else { return nil }
        let (head, tail) = KeywordTable.ends(of: name)
        guard entries[place].head == head, entries[place].tail == tail else { return nil }
        return entries[place].meaning
    }

    /// Keeps what a name means for the next message.
    mutating func keep(_ meaning: Meaning, of name: Span<UInt8>, at place: Int) {
        guard name.count <= Self.maxNameBytes, place <= entries.count, place < Self.maxEntries else { return }
        let (head, tail) = KeywordTable.ends(of: name)
        let entry = Entry(count: name.count, head: head, tail: tail, meaning: meaning)
        if place < entries.count { entries[place] = entry } else { entries.append(entry) }
    }
}
