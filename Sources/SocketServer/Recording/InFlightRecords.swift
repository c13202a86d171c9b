import LogBackends

/// The observers of records under way, by runs of positions, so that only those with a rejected record are called.
///
/// There is about one run for each receive, and it is removed when its records are settled: committed or rejected.
struct InFlightRecords {
    /// The most memory of a run, in bytes: the array grows by doubling.
    static let memoryOfRun = 2 * MemoryLayout<Run>.stride

    private struct Run {
        let first: UInt64
        var last: UInt64
        let observer: any CommitObserver
    }

    /// In the order of positions; those before `start` are settled.
    private var runs: [Run] = []
    private var start = 0

    var isEmpty: Bool { start == runs.count }

    /// How many runs there are.
    var count: Int { runs.count - start }

    /// Notes who made the record at a position, which is beyond all before it.
    ///
    /// - Returns: whether it is the first of a run.
    @discardableResult
    mutating func add(_ position: UInt64, by observer: any CommitObserver) -> Bool {
        let index = runs.count - 1
        // Positions between are of records without an observer.
        if index >= start, runs[index].observer === observer, runs[index].last &+ 1 == position {
            runs[index].last = position
            return false
        }
        runs.append(Run(first: position, last: position, observer: observer))
        return true
    }

    /// Calls the observers of rejected records, and removes what is settled.
    ///
    /// Each observer of a record up to `forgotten` is taken to have had a rejected one.
    mutating func acknowledge(_ settled: Settlement) {
        let (position, rejected) = (settled.position, settled.rejected)
        var next = 0
        while start < runs.count, runs[start].first <= position {
            let run = runs[start]
            while next < rejected.count, rejected[next] < run.first { next += 1 }
            let hasRejected = next < rejected.count && rejected[next] <= run.last
            if hasRejected || run.first <= settled.forgotten { run.observer.recordRejected() }
            guard run.last <= position else { break }
            start += 1
        }
        if start == runs.count {
            runs.removeAll(keepingCapacity: runs.capacity <= 4096)
            start = 0
        } else if start > 1024, start > runs.count / 2 {
            runs.removeFirst(start)
            start = 0
        }
    }
}
