/// Whose records are on their way: runs of positions, so that a refusal is told to its author and nobody else.
///
/// There is about one run for each receive, and it is forgotten when its records are settled.
struct Authorship {
    private struct Run {
        let first: UInt64
        var last: UInt64
        let author: any Recorder.Author
    }

    /// In the order of positions; those before `start` are settled.
    private var runs: [Run] = []
    private var start = 0

    var isEmpty: Bool { start == runs.count }

    /// How many runs there are.
    var count: Int { runs.count - start }

    /// Notes who made the record at a position, which is beyond all before it.
    mutating func note(_ position: UInt64, by author: any Recorder.Author) {
        let index = runs.count - 1
        // Positions between are of records without an author: nobody is told of them.
        if index >= start, runs[index].author === author, runs[index].last &+ 1 == position {
            runs[index].last = position
        } else {
            runs.append(Run(first: position, last: position, author: author))
        }
    }

    /// Tells the authors of refused records, and forgets what is settled.
    ///
    /// - Parameters:
    ///   - rejected: the positions of refused records, in order.
    ///   - forgotten: up to here there may have been more of them: each author is taken to have had one.
    mutating func settle(through position: UInt64, rejected: [UInt64], forgotten: UInt64) {
        var next = 0
        while start < runs.count, runs[start].first <= position {
            let run = runs[start]
            while next < rejected.count, rejected[next] < run.first { next += 1 }
            let hasRefused = next < rejected.count && rejected[next] <= run.last
            if hasRefused || run.first <= forgotten { run.author.isRefused = true }
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
