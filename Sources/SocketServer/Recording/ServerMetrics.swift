import Synchronization

/// Counts of connections, kept by all event loops and read by the daemon.
package final class ServerMetrics: Sendable {
    private let openCount = Atomic<Int>(0)
    private let openLimit = Atomic<Int>(.max)
    private let totalCount = Atomic<UInt64>(0)
    private let datagramCount = Atomic<UInt64>(0)
    private let droppedCount = Atomic<UInt64>(0)
    private let malformedCount = Atomic<UInt64>(0)
    private let leftOutCount = Atomic<UInt64>(0)
    private let returnedCount = Atomic<UInt64>(0)
    private let recordedCount = Atomic<UInt64>(0)
    private let cutCount = Atomic<UInt64>(0)

    package init() {}

    /// Connections that are open.
    package var open: Int { openCount.load(ordering: .relaxed) }
    /// Connections accepted since the start.
    package var total: UInt64 { totalCount.load(ordering: .relaxed) }
    /// Datagrams received since the start.
    package var datagrams: UInt64 { datagramCount.load(ordering: .relaxed) }
    /// Datagrams that the kernel dropped.
    package var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }
    /// Messages that could not be read.
    package var malformed: UInt64 { malformedCount.load(ordering: .relaxed) }
    /// Messages that were left out because they are less urgent than their listener's `RecordPolicy` asks for.
    package var leftOut: UInt64 { leftOutCount.load(ordering: .relaxed) }
    /// Messages that became records.
    package var recorded: UInt64 { recordedCount.load(ordering: .relaxed) }
    /// Recorded messages that were longer than `message_limit`.
    package var cut: UInt64 { cutCount.load(ordering: .relaxed) }
    /// Messages that senders have sent, as far as the kernel has had them.
    package var received: UInt64 { recorded &+ malformed &+ leftOut &+ dropped }
    /// Messages that are records of sockserved.
    package var returned: UInt64 { returnedCount.load(ordering: .relaxed) }

    /// Counts a connection and gives it its number, from 1.
    func opened() -> UInt64 {
        openCount.wrappingAdd(1, ordering: .relaxed)
        return totalCount.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Whether another connection may be accepted; with several threads, one too many on each of them may be.
    var hasRoom: Bool { open < openLimit.load(ordering: .relaxed) }

    /// Sets how many connections may be open, of all listeners together.
    func limitOpen(to count: Int) {
        openLimit.store(count, ordering: .relaxed)
    }

    func closed() {
        openCount.wrappingSubtract(1, ordering: .relaxed)
    }

    func datagramReceived() {
        datagramCount.wrappingAdd(1, ordering: .relaxed)
    }

    func messageMalformed() {
        malformedCount.wrappingAdd(1, ordering: .relaxed)
    }

    func messageLeftOut() {
        leftOutCount.wrappingAdd(1, ordering: .relaxed)
    }

    func messagesRecorded(_ count: UInt64, cut: UInt64) {
        recordedCount.wrappingAdd(count, ordering: .relaxed)
        if cut > 0 { cutCount.wrappingAdd(cut, ordering: .relaxed) }
    }

    func recordReturned() {
        returnedCount.wrappingAdd(1, ordering: .relaxed)
    }

    func dropped(_ count: UInt64) {
        droppedCount.wrappingAdd(count, ordering: .relaxed)
    }
}
