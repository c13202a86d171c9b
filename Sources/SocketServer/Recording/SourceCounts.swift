import Synchronization

/// How many messages one source has sent, on all threads.
final class SourceCount: Sendable {
    private let received = Atomic<UInt64>(0)

    var value: UInt64 { received.load(ordering: .relaxed) }

    func add(_ count: UInt64) {
        received.wrappingAdd(count, ordering: .relaxed)
    }
}

/// How many messages each source has sent; what sends keeps its `SourceCount`, and asks once.
package final class SourceCounts: Sendable {
    private let table = Mutex(SourceTable())
    /// Of messages whose source is not known, as of those that the kernel has dropped.
    let others = SourceCount()

    /// The count of a source.
    func count(of source: Source) -> SourceCount {
        table.withLock { $0.count(of: source) }
    }

    /// The counts of the busiest sources by their names, and last of all others together.
    package func snapshot() -> [(source: String, received: UInt64)] {
        let (busiest, rest) = table.withLock { $0.snapshot() }
        return busiest.map { ("\($0.source)", $0.received) } + [("\(Source.others)", rest &+ others.value)]
    }
}
