import LogRecords

/// Finds text among words that are known beforehand, by length and bytes: no String is made, no word compared in vain.
///
/// Words belong to a group, a number of at least -1; the same text may be a word of several.
struct KeywordTable: Sendable {
    private struct Word: Sendable {
        let group: Int
        let count: Int
        /// The first and the last eight bytes, four in short words, all in the shortest: they overlap where they must.
        let head: UInt64
        let tail: UInt64
        /// Where its bytes are in `bytes`.
        let start: Int
    }

    private var words: [Word] = []
    private var bytes: [UInt8] = []
    /// Where words are in `words`, from the place on that their hash gives; -1 where none is.
    private var slots: [Int16] = []

    /// The words are known by their index from then on.
    init(_ texts: [(group: Int, text: String)]) {
        // At most every fourth slot is taken, so that few words are met that are not it.
        var count = 4
        while count < texts.count * 4 { count *= 2 }
        slots = Array(repeating: -1, count: count)
        for (index, (group, text)) in texts.enumerated() {
            let start = bytes.count
            bytes.append(utf8: text)
            let (head, tail) = Self.ends(of: bytes.span.extracting(start..<bytes.count))
            words.append(Word(group: group, count: bytes.count - start, head: head, tail: tail, start: start))
            var slot = Self.firstSlot(of: count, group, head, tail)
            while slots[slot] >= 0 { slot = (slot + 1) & (count - 1) }
            slots[slot] = Int16(truncatingIfNeeded: index)
        }
    }

    /// Returns the index of the word that equals the text; nil when the group has no such word.
    @inline(__always)
    func index(of text: Span<UInt8>, in group: Int = -1) -> Int? {
        let (head, tail) = Self.ends(of: text)
        var slot = Self.firstSlot(of: slots.count, group, head, tail)
        while true {
            let index = Int(slots[slot])
            guard index >= 0 else { return nil }
            let word = words[index]
            if word.head == head, word.tail == tail, word.count == text.count, word.group == group,
                hasMiddle(of: word, text)
            {
                return index
            }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
    }

    /// Whether what is between the first and last eight bytes is the same.
    @inline(__always)
    private func hasMiddle(of word: Word, _ text: Span<UInt8>) -> Bool {
        var index = 8
        while index < word.count &- 8 {
            guard bytes[word.start &+ index] == text[index] else { return false }
            index &+= 1
        }
        return true
    }

    private static func firstSlot(of slots: Int, _ group: Int, _ head: UInt64, _ tail: UInt64) -> Int {
        // Multiplied by odd numbers without a pattern, the upper half depends on every byte.
        let hash =
            (head &* 0x9E37_79B9_7F4A_7C15) ^ ((tail &+ UInt64(truncatingIfNeeded: group)) &* 0xBF58_476D_1CE4_E5B9)
        return Int(truncatingIfNeeded: hash >> 40) & (slots &- 1)
    }

    /// The first and the last eight bytes, four in short words, all in the shortest.
    static func ends(of text: Span<UInt8>) -> (head: UInt64, tail: UInt64) {
        if text.count < 4 {
            var bytes: UInt64 = 0
            var index = 0
            while index < text.count {
                bytes = bytes << 8 | UInt64(text[index])
                index &+= 1
            }
            return (bytes, bytes)
        }
        // Bounds are checked by the guards and by the calls; any four or eight bytes are an integer.
        guard text.count >= 8 else {
            let head = text.bytes.unsafeLoadUnaligned(as: UInt32.self)
            let tail = text.bytes.unsafeLoadUnaligned(fromByteOffset: text.count &- 4, as: UInt32.self)
            return (UInt64(head), UInt64(tail))
        }
        return (
            text.bytes.unsafeLoadUnaligned(as: UInt64.self),
            text.bytes.unsafeLoadUnaligned(fromByteOffset: text.count &- 8, as: UInt64.self)
        )
    }
}
