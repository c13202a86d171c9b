import LogBackends
import LogFormats
import Synchronization

/// Counts the messages of one listener on one thread, without atomics; `AccountBook` publishes it.
final class MessageAccount {
    /// Unchecked, because asking costs more than the accesses: what is done with it calls nothing.
    @exclusivity(unchecked) private var counts = MessageCounts()
    @exclusivity(unchecked) private var isChanged = false
    private let book: AccountBook
    private let published: ListenerMetrics.Published

    init(_ metrics: ListenerMetrics, in book: AccountBook) {
        self.book = book
        published = metrics.makePublished()
    }

    func countDatagram() {
        noteChange()
        counts.datagrams &+= 1
    }

    /// Counts messages that came; for each, one of the others is to follow.
    func countReceived(_ count: UInt64 = 1, from source: SourceCount) {
        noteChange()
        counts.received &+= count
        source.add(count)
    }

    /// Counts a message that became a record, which is to be settled.
    func countRecorded(isCut: Bool, isReturned: Bool) {
        noteChange()
        counts.recorded &+= 1
        if isCut { counts.cut &+= 1 }
        if isReturned { counts.returned &+= 1 }
    }

    func countLeftOut() {
        noteChange()
        counts.leftOut &+= 1
    }

    func countMalformed(_ kind: MessageError.Kind) {
        noteChange()
        counts.malformed[kind] &+= 1
    }

    /// Counts messages that were lost, as received, too.
    func countDropped(_ count: UInt64, _ reason: DropReason, from source: SourceCount) {
        countReceived(count, from: source)
        counts.dropped[reason] &+= count
    }

    /// Counts what became of records.
    ///
    /// - Parameters:
    ///   - count: how many are settled.
    ///   - rejected: how many of them the output rejected.
    ///   - time: how long it took since they were received.
    func countSettled(_ count: UInt64, rejected: UInt64, after time: Duration) {
        noteChange()
        let committed = count &- rejected
        counts.committed &+= committed
        counts.rejected &+= rejected
        if committed > 0 { counts.commitTimes.add(time, count: committed) }
    }

    private func noteChange() {
        guard !isChanged else { return }
        isChanged = true
        book.noteChange(of: self)
    }

    /// Lets other threads see the counts.
    func publish() {
        isChanged = false
        published.counts.withLock { $0 = counts }
    }
}
