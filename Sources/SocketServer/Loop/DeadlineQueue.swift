import Linux

/// The deadlines of one loop, the earliest first.
///
/// A binary heap whose tickers know their places in it, so that a deadline is moved or removed without a search.
struct DeadlineQueue {
    /// The place of a ticker in the queue; the ticker keeps it, and only the queue uses it.
    struct Place {
        fileprivate var index = -1
    }

    private struct Entry {
        let time: MonotonicTime
        let ticker: any Ticker
    }

    /// Each entry is due no earlier than the one at half its place.
    private var entries: [Entry] = []

    /// How many tickers have a deadline.
    var count: Int { entries.count }

    /// The earliest deadline; nil when there is none.
    var first: MonotonicTime? { entries.first?.time }

    /// The deadline of a ticker; nil when it has none.
    func deadline(of ticker: any Ticker) -> MonotonicTime? {
        let index = ticker.deadline.index
        return index < 0 ? nil : entries[index].time
    }

    /// Gives a ticker a deadline, in place of the one that it has.
    mutating func set(_ ticker: any Ticker, to time: MonotonicTime) {
        var index = ticker.deadline.index
        let entry = Entry(time: time, ticker: ticker)
        if index < 0 {
            index = entries.count
            entries.append(entry)
        }
        settle(entry, at: index)
    }

    /// Removes the deadline of a ticker, if it has one.
    mutating func remove(_ ticker: any Ticker) {
        let index = ticker.deadline.index
        guard index >= 0 else { return }
        ticker.deadline.index = -1
        let last = entries.removeLast()
        if index < entries.count { settle(last, at: index) }
    }

    /// Removes the earliest deadline and returns its ticker; nil when none is due yet.
    mutating func takeFirst(dueAt now: MonotonicTime) -> (any Ticker)? {
        guard let first = entries.first, first.time <= now else { return nil }
        remove(first.ticker)
        return first.ticker
    }

    /// Puts an entry in the place of the one at `index`, and then where it belongs.
    private mutating func settle(_ entry: Entry, at index: Int) {
        var index = index
        while index > 0, entry.time < entries[(index - 1) / 2].time {
            move(from: (index - 1) / 2, to: index)
            index = (index - 1) / 2
        }
        while let child = earlierChild(of: index), entries[child].time < entry.time {
            move(from: child, to: index)
            index = child
        }
        entries[index] = entry
        entry.ticker.deadline.index = index
    }

    private func earlierChild(of index: Int) -> Int? {
        let left = 2 * index + 1
        guard left < entries.count else { return nil }
        let right = left + 1
        return right < entries.count && entries[right].time < entries[left].time ? right : left
    }

    private mutating func move(from source: Int, to destination: Int) {
        entries[destination] = entries[source]
        entries[destination].ticker.deadline.index = destination
    }
}
