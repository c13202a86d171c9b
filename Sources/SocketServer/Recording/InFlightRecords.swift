import Linux
import LogBackends

/// The observers of records under way, by runs of positions, so that only those with a rejected record are called; and
/// the accounts that count what became of messages.
///
/// There is about one run for each receive, and it is removed when its records are settled: committed or rejected.
struct InFlightRecords {
    /// The most memory of a run, in bytes: the array grows by doubling.
    static let memoryOfRun = 2 * MemoryLayout<Run>.stride

    private struct Run {
        var first: UInt64
        var last: UInt64
        let observer: (any CommitObserver)?
        let account: MessageAccount?
        /// When the first of them was received.
        let time: MonotonicTime

        /// Whether a record goes on with the run.
        func continues(
            _ position: UInt64,
            _ observer: (any CommitObserver)?,
            _ account: MessageAccount?,
            _ time: MonotonicTime
        ) -> Bool {
            self.observer === observer && self.account === account && last &+ 1 == position
                && (account == nil || time.nanoseconds &- self.time.nanoseconds < InFlightRecords.oneTime)
        }
    }

    /// Messages that are received within so many nanoseconds were received at one time.
    private static let oneTime: Int64 = 1_000_000

    /// In the order of positions; those before `start` are settled.
    private var runs: [Run] = []
    private var start = 0

    var isEmpty: Bool { start == runs.count }

    /// How many runs there are.
    var count: Int { runs.count - start }

    /// Notes whose record there is at a position, which is beyond all before it.
    ///
    /// - Parameters:
    ///   - position: of the record.
    ///   - observer: learns when it is rejected.
    ///   - account: of the listener, where it is a message.
    ///   - time: when it was received.
    /// - Returns: whether it is the first of a run.
    @discardableResult
    mutating func add(
        _ position: UInt64,
        by observer: (any CommitObserver)?,
        _ account: MessageAccount? = nil,
        at time: MonotonicTime
    ) -> Bool {
        let index = runs.count - 1
        // Positions between are of records that nothing is to be noted of.
        if index >= start, runs[index].continues(position, observer, account, time) {
            runs[index].last = position
            return false
        }
        runs.append(Run(first: position, last: position, observer: observer, account: account, time: time))
        return true
    }

    /// Calls the observers of rejected records, counts what became of messages, and removes what is settled.
    ///
    /// Each observer of a record up to `forgotten` is taken to have had a rejected one, and each message there to be
    /// one.
    mutating func acknowledge(_ settled: Settlement) {
        let (position, rejected) = (settled.position, settled.rejected)
        var next = 0
        while start < runs.count, runs[start].first <= position {
            let run = runs[start]
            let last = min(run.last, position)
            while next < rejected.count, rejected[next] < run.first { next += 1 }
            let begin = next
            while next < rejected.count, rejected[next] <= last { next += 1 }
            let isForgotten = run.first <= settled.forgotten
            if next > begin || isForgotten { run.observer?.recordRejected() }
            let count = last &- run.first &+ 1
            run.account?.countSettled(
                count,
                rejected: isForgotten ? count : UInt64(next - begin),
                after: settled.time - run.time
            )
            guard run.last <= position else {
                runs[start].first = position &+ 1
                break
            }
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
