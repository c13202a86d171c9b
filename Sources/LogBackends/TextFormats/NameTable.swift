import LogRecords

/// A set of names that a sender chose, in the order of their first occurrence, with lookup in constant time.
///
/// Names are ranges of a buffer that each call is given. `begin` empties the table for the next object and keeps its
/// memory.
struct NameTable: Sendable {
    struct Entry {
        let name: Range<Int>
        /// 0 as long as names are few.
        fileprivate var hash: Int
        /// The number of names that were made from this one because it was taken.
        var copies = 0
        /// The first item with this name; see `chain`.
        var first = 0
        /// The last item with this name.
        var last = 0
    }

    /// So many names are compared one by one, which costs less than to hash them.
    private static let fewNames = 8

    private(set) var entries: [Entry] = []
    /// Whether names are found by `slots`.
    private var isHashed = false
    /// Indices of `entries` plus one; 0 marks a free slot, and at least half of the slots in use are free.
    private var slots: [Int32] = []
    private var mask = 0

    /// Removes all names.
    ///
    /// - Parameter count: about how many names will be inserted; the time is proportional to it.
    mutating func begin(_ count: Int) {
        entries.removeAll(keepingCapacity: true)
        isHashed = count > Self.fewNames
        if isHashed { clearSlots(for: count) }
    }

    private mutating func clearSlots(for count: Int) {
        var size = 8
        while size < count * 2 { size *= 2 }
        mask = size - 1
        if slots.count < size {
            slots = Array(repeating: 0, count: size)
        } else {
            for index in 0..<size { slots[index] = 0 }
        }
    }

    /// Adds a name unless it is in the table.
    ///
    /// - Returns: the index of the entry of that name, and whether it is new.
    mutating func insert(_ name: Range<Int>, in bytes: Span<UInt8>) -> (index: Int, isNew: Bool) {
        let text = bytes.extracting(name)
        guard isHashed else { return insertAmongFew(name, text, in: bytes) }
        let hash = Self.hash(text)
        var slot = hash & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            let entry = entries[index]
            if entry.hash == hash, bytes.extracting(entry.name).isEqual(to: text) { return (index, false) }
            slot = (slot + 1) & mask
        }
        entries.append(Entry(name: name, hash: hash))
        slots[slot] = Int32(truncatingIfNeeded: entries.count)
        if entries.count * 2 > mask { grow() }
        return (entries.count - 1, true)
    }

    private mutating func insertAmongFew(
        _ name: Range<Int>,
        _ text: Span<UInt8>,
        in bytes: Span<UInt8>
    ) -> (index: Int, isNew: Bool) {
        for index in entries.indices where entries[index].name.count == text.count {
            if bytes.extracting(entries[index].name).isEqual(to: text) { return (index, false) }
        }
        entries.append(Entry(name: name, hash: 0))
        if entries.count > Self.fewNames {
            isHashed = true
            for index in entries.indices { entries[index].hash = Self.hash(bytes.extracting(entries[index].name)) }
            clearSlots(for: entries.count * 2)
            fillSlots()
        }
        return (entries.count - 1, true)
    }

    /// The standard library's hash is seeded at random, so senders cannot provoke collisions.
    private static func hash(_ text: Span<UInt8>) -> Int {
        var hasher = Hasher()
        // The pointer does not leave the call.
        text.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    /// Doubles the slots: the search for a free slot must end.
    private mutating func grow() {
        let size = (mask + 1) * 2
        mask = size - 1
        slots = Array(repeating: 0, count: size)
        fillSlots()
    }

    private mutating func fillSlots() {
        for (index, entry) in entries.enumerated() {
            var slot = entry.hash & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(truncatingIfNeeded: index + 1)
        }
    }

    /// Counts a copy of that entry's name.
    ///
    /// - Returns: which copy it is; the first is 1.
    mutating func countCopy(of index: Int) -> Int {
        entries[index].copies += 1
        return entries[index].copies
    }

    /// Adds an item to the chain of items with an entry's name.
    ///
    /// - Returns: the previous item; nil for the first.
    mutating func chain(_ item: Int, to index: Int, isNew: Bool) -> Int? {
        let previous = entries[index].last
        entries[index].last = item
        if isNew { entries[index].first = item }
        return isNew ? nil : previous
    }

    /// Frees the memory above a limit.
    mutating func recycle(keeping limit: Int) {
        if slots.count > limit { self = NameTable() }
    }
}
