import Linux
import LogBackends

/// Something whose records matter to a peer.
package protocol CommitObserver: AnyObject {
    /// The output rejected one of its records for good.
    func recordRejected()

    /// The records that it waits for are settled: committed or rejected.
    func committed()
}

/// Something that waits for space in the pipeline.
package protocol SpaceWaiter: AnyObject {
    func hasSpace()
}

/// Calls the observers that wait for one thread's records, and those that wait for space for more.
///
/// Used on that thread only.
///
/// A record is settled when the output has committed it or rejected it for good. Positions settle in order.
final class CommitTracker {
    private struct Wait {
        let position: UInt64
        let observer: any CommitObserver
    }

    private let producer: LogProducer
    /// In the order of positions, and of their calls for one position.
    // Unchecked, because asking costs more than the accesses: no observer is called with it.
    @exclusivity(unchecked) private var waits: [Wait] = []
    /// The position up to which all was settled when the producer was last asked.
    @exclusivity(unchecked) private var settledPosition: UInt64 = 0
    private var spaceWaiters: [any SpaceWaiter] = []
    /// Those that wait for the end of the backlog.
    private var busyWaiters: [any SpaceWaiter] = []
    // Unchecked, because asking costs more than the accesses: observers that are called from it record nothing.
    @exclusivity(unchecked) private var inFlight = InFlightRecords()

    init(_ producer: LogProducer) {
        self.producer = producer
    }

    /// Notes whose the last record is.
    ///
    /// - Parameters:
    ///   - observer: learns when it is rejected.
    ///   - account: of the listener, where it is a message.
    ///   - time: when it was received.
    func noteRecord(by observer: (any CommitObserver)?, _ account: MessageAccount?, at time: MonotonicTime) {
        let isFirst = inFlight.add(producer.position, by: observer, account, at: time)
        if isFirst { producer.addMemory(InFlightRecords.memoryOfRun) }
    }

    /// Whether an observer waits for records that are not handed over, and for no commit before them.
    ///
    /// While a batch that is waited for is being written, further records gather for the next one: fewer and larger
    /// writes, and no wait is longer than for the write under way.
    var isFlushUrgent: Bool {
        guard let first = waits.first else { return false }
        return first.position > producer.flushedPosition
    }

    /// How many wait for commits.
    var waiterCount: Int { waits.count }

    /// Calls `committed` of the observer when all records up to a position are settled; at once when they are.
    ///
    /// - Parameters:
    ///   - observer: the observer.
    ///   - position: of the last record that the observer waits for; 0: of none.
    func awaitCommit(_ observer: any CommitObserver, through position: UInt64) {
        guard position > settledPosition else { return observer.committed() }
        // Most wait for one of the newest records.
        var index = waits.count
        while index > 0, waits[index - 1].position > position { index -= 1 }
        waits.insert(Wait(position: position, observer: observer), at: index)
        if index == 0 { serve() }
    }

    /// Calls `hasSpace` of the waiter when the pipeline has space; at once when it has.
    ///
    /// - Parameters:
    ///   - waiter: who waits.
    ///   - isBusy: whether it has so much to record that it waits for the end of the backlog.
    func awaitSpace(_ waiter: any SpaceWaiter, isBusy: Bool = false) {
        if isBusy { busyWaiters.append(waiter) } else { spaceWaiters.append(waiter) }
        if (isBusy ? busyWaiters : spaceWaiters).count == 1 { serve() }
    }

    /// Calls the observers whose wait is over.
    ///
    /// To be called after the producer was notified, and now and then.
    func serve() {
        // Without waits, only to forget the observers of settled records.
        if waits.isEmpty, !inFlight.isEmpty { fetchSettled(awaiting: nil) }
        serveCommits()
        serveSpace()
    }

    /// Whether all records up to a position are settled; then `recordRejected` has been called for all that were not
    /// committed.
    func isSettled(through position: UInt64) -> Bool {
        fetchSettled(awaiting: nil) >= position
    }

    private func serveSpace() {
        var served: [any SpaceWaiter] = []
        if !spaceWaiters.isEmpty, !producer.waitForSpace() { swap(&served, &spaceWaiters) }
        if !busyWaiters.isEmpty, !producer.waitForSpace(isBacklog: true) {
            served += busyWaiters
            busyWaiters = []
        }
        for waiter in served { waiter.hasSpace() }
    }

    private func serveCommits() {
        while let first = waits.first {
            let settled = fetchSettled(awaiting: first.position)
            let count = waits.prefix { $0.position <= settled }.count
            guard count > 0 else { return }
            let served = waits[..<count]
            waits.removeFirst(count)
            for wait in served { wait.observer.committed() }
        }
    }

    /// Asks how far records are settled, and calls `recordRejected` for those that were not committed.
    ///
    /// - Parameter position: up to where the producer is to be notified of; nil: no notification is needed.
    /// - Returns: the position up to which all is settled.
    @discardableResult
    func fetchSettled(awaiting position: UInt64?) -> UInt64 {
        let settled = producer.settled(awaiting: position)
        settledPosition = settled.position
        inFlight.acknowledge(settled)
        return settled.position
    }
}
