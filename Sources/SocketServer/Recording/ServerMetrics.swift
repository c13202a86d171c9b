import Synchronization

/// The counts of all listeners, kept by all event loops and read by the daemon.
package final class ServerMetrics: Sendable {
    private let openCount = Atomic<Int>(0)
    private let openLimit = Atomic<Int>(.max)
    private let totalCount = Atomic<UInt64>(0)
    private let listeners = Mutex<[ListenerMetrics]>([])
    /// The messages of all listeners by their sources.
    package let sources = SourceCounts()

    package init() {}

    /// Connections that are open.
    package var open: Int { openCount.load(ordering: .relaxed) }
    /// Connections accepted since the start.
    package var total: UInt64 { totalCount.load(ordering: .relaxed) }

    /// The counts of each listener, as of the threads' last iterations, in the order of the listeners.
    package func snapshot() -> [ListenerSnapshot] {
        var snapshots: [ListenerSnapshot] = []
        for listener in listeners.withLock({ $0 }) {
            let snapshot = listener.snapshot
            if let index = snapshots.firstIndex(where: { $0.name == listener.name }) {
                snapshots[index] += snapshot
            } else {
                snapshots.append(snapshot)
            }
        }
        return snapshots
    }

    /// The counts of the messages of all listeners together.
    package var messages: MessageCounts {
        var sum = MessageCounts()
        for listener in snapshot() { sum += listener.messages }
        return sum
    }

    /// Takes a listener in; once, however often it is given.
    func add(_ listener: ListenerMetrics) {
        listeners.withLock { listeners in
            if !listeners.contains(where: { $0 === listener }) { listeners.append(listener) }
        }
    }

    /// Counts a connection and gives it its number, from 1.
    func opened() -> UInt64 {
        openCount.wrappingAdd(1, ordering: .relaxed)
        return totalCount.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Whether another connection may be accepted; with several threads, one too many on each of them may be.
    var hasRoom: Bool { open < openLimit.load(ordering: .relaxed) }

    /// Sets how many connections there may be, of all listeners together.
    func limitOpen(to count: Int) {
        openLimit.store(count, ordering: .relaxed)
    }

    func closed() {
        openCount.wrappingSubtract(1, ordering: .relaxed)
    }
}
