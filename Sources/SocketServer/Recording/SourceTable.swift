/// The counts of sources, of which the busiest are shown alone and the others together.
///
/// All that is shown only grows, so that rates of it are right: a source that comes to be shown goes on from the number
/// of the one whose place it takes, and the rest of its count stays with the others.
struct SourceTable {
    private struct Entry {
        var count: SourceCount
        var isShown = false
        /// The part of the count that is shown with the others while the source is shown alone.
        var hidden: UInt64 = 0
        /// What was shown when another took its place.
        var shownBefore: UInt64 = 0
    }

    /// How many sources are shown alone.
    let shownLimit: Int
    /// From so many sources on, some are forgotten.
    private var limit: Int
    private let leastLimit: Int
    private var entries: [Source: Entry] = [:]
    /// The sum of the counts of forgotten sources.
    private var forgotten: UInt64 = 0
    private var shownCount = 0

    init(shownLimit: Int = 64, limit: Int = 4096) {
        self.shownLimit = shownLimit
        self.limit = limit
        leastLimit = limit
    }

    /// How many sources it knows.
    var size: Int { entries.count }

    /// The count of a source.
    mutating func count(of source: Source) -> SourceCount {
        if let entry = entries[source] { return entry.count }
        if entries.count >= limit { forget() }
        let count = SourceCount()
        entries[source] = Entry(count: count)
        return count
    }

    /// Forgets half of the sources that are not shown and send no more: those that have sent least.
    ///
    /// As it looks at all sources, it is not called again before many have come.
    private mutating func forget() {
        var idle: [(source: Source, value: UInt64)] = []
        var index = entries.startIndex
        while index < entries.endIndex {
            // Where nothing else has a reference, nothing comes to have one meanwhile: they are had from here.
            if !entries.values[index].isShown, isKnownUniquelyReferenced(&entries.values[index].count) {
                idle.append((entries[index].key, entries[index].value.count.value))
            }
            entries.formIndex(after: &index)
        }
        let senders = entries.count - idle.count
        idle.sort { $0.value < $1.value }
        for (source, value) in idle.prefix((idle.count + 1) / 2) {
            forgotten &+= value
            entries[source] = nil
        }
        limit = leastLimit + 2 * senders
    }

    // MARK: what is shown

    /// The counts of the busiest sources, and the sum of all others.
    mutating func snapshot() -> (busiest: [(source: Source, received: UInt64)], others: UInt64) {
        chooseShown()
        var others = forgotten
        var busiest: [(source: Source, received: UInt64)] = []
        for (source, entry) in entries {
            others &+= entry.isShown ? entry.hidden : entry.count.value
            if entry.isShown { busiest.append((source, entry.count.value &- entry.hidden)) }
        }
        busiest.sort { $0.received > $1.received }
        return (busiest, others)
    }

    private struct Candidate {
        let source: Source
        let value: UInt64
    }

    private mutating func chooseShown() {
        var candidates: [Candidate] = []
        var shown: [Candidate] = []
        for (source, entry) in entries {
            let candidate = Candidate(source: source, value: entry.count.value)
            if entry.isShown { shown.append(candidate) } else { candidates.append(candidate) }
        }
        shown.sort { $0.value < $1.value }
        let least = shown.count < shownLimit ? 0 : shown.first.map { Self.mark($0.value) } ?? .max
        candidates.removeAll { $0.value <= least }
        candidates.sort { $0.value > $1.value }
        for candidate in candidates {
            if shownCount < shownLimit {
                // It has sent nothing before the last snapshot, or it would be shown.
                entries[candidate.source]?.isShown = true
                shownCount += 1
            } else if let index = shown.firstIndex(where: { mayReplace($0, candidate) }) {
                replace(shown.remove(at: index), by: candidate)
            }
        }
    }

    /// Whether a source may take the place of one that is shown: has sent clearly more, and will not fall below what was
    /// shown of it before.
    private func mayReplace(_ present: Candidate, _ next: Candidate) -> Bool {
        guard Self.mark(present.value) < next.value, let entry = entries[present.source] else { return false }
        return present.value &- entry.hidden >= entries[next.source]?.shownBefore ?? 0
    }

    /// What another has to have sent, so that two that send alike do not take turns.
    private static func mark(_ value: UInt64) -> UInt64 { value &+ value / 8 }

    private mutating func replace(_ present: Candidate, by next: Candidate) {
        guard let hidden = entries[present.source]?.hidden else { return }
        let shown = present.value &- hidden
        entries[present.source]?.isShown = false
        entries[present.source]?.hidden = 0
        entries[present.source]?.shownBefore = shown
        entries[next.source]?.isShown = true
        entries[next.source]?.hidden = next.value &- shown
    }
}
