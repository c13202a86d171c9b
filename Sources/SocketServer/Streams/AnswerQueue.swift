import LogFormats

/// The answers that one connection owes its peer, in order: each is due when a position is settled.
struct AnswerQueue {
    private struct Entry {
        let position: UInt64
        let answer: RELPAnswer
    }

    /// In the order of positions; those before `start` were taken.
    private var entries: [Entry] = []
    private var start = 0

    /// How many answers are owed.
    var count: Int { entries.count - start }

    /// The position that the last answer waits for; 0: none.
    var lastPosition: UInt64 { count > 0 ? entries[entries.count - 1].position : 0 }

    /// Adds an answer that is due when all records up to a position are settled.
    mutating func add(_ answer: RELPAnswer, after position: UInt64) {
        entries.append(Entry(position: position, answer: answer))
    }

    /// Takes the answers that are due.
    ///
    /// - Parameters:
    ///   - position: up to which all records are settled.
    ///   - output: the bytes of the answers are appended to it.
    /// - Returns: whether the session ends with the last of them.
    mutating func takeDue(through position: UInt64, into output: inout [UInt8]) -> Bool {
        var endsSession = false
        while start < entries.count, entries[start].position <= position {
            entries[start].answer.append(to: &output)
            endsSession = entries[start].answer.endsSession
            start += 1
        }
        if start == entries.count {
            entries.removeAll(keepingCapacity: entries.capacity <= 1024)
            start = 0
        } else if start > 1024, start > entries.count / 2 {
            entries.removeFirst(start)
            start = 0
        }
        return endsSession
    }
}
