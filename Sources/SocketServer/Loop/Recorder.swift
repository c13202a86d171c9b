package import LogBackends
package import LogFormats
package import LogRecords

/// Makes records on one thread and tells those who wait when theirs are committed. Not to be used by two threads.
package final class Recorder {
    /// Somebody whose records matter to a peer.
    package protocol Author: AnyObject {
        /// Whether the output refused one of its records for good. The recorder sets it.
        var isRefused: Bool { get set }

        /// All that was recorded when the wait began is settled.
        ///
        /// - Parameter success: false when one of the author's records was refused, ever.
        func committed(_ success: Bool)
    }

    /// Somebody who waits for space.
    package protocol SpaceWaiter: AnyObject {
        func hasSpace()
    }

    private struct Wait {
        let position: UInt64
        let author: any Author
    }

    /// More memory than this a record does not keep for the next one.
    private static let scratchBytes = 1024 * 1024

    private let producer: LogProducer
    // Unchecked, because asking costs more than the accesses: what is done with them calls nothing that comes back here.
    @exclusivity(unchecked) private var scratch = LogRecord(.daemonStarted, severity: .debug)
    private var waits: [Wait] = []
    private var spaceWaiters: [any SpaceWaiter] = []
    @exclusivity(unchecked) private var authorship = Authorship()

    /// Records of events below it are not made.
    package var threshold: Severity

    /// - Parameter producer: this thread's entrance to the pipeline.
    package init(producer: LogProducer, threshold: Severity) {
        self.producer = producer
        self.threshold = threshold
    }

    package var backend: any LogBackend {
        get { producer.backend }
        set { producer.backend = newValue }
    }

    /// Makes a record of an event; `fill` adds to the message and the fields.
    ///
    /// - Parameter author: who is told when the output refuses it.
    package func record(
        _ event: Event,
        _ severity: Severity,
        _ origin: Origin?,
        by author: (any Author)? = nil,
        _ fill: (inout LogRecord) -> Void
    ) {
        guard severity >= threshold else { return }
        scratch.begin(event, severity: severity, time: .now, origin: origin)
        fill(&scratch)
        encode(&scratch)
        if let author { authorship.note(producer.position, by: author) }
    }

    /// Makes a record of a sender's message, whatever its severity.
    ///
    /// - Parameter parse: fills the record; when it throws there is none.
    package func recordMessage(
        from origin: Origin,
        at time: WallTime,
        by author: (any Author)?,
        _ parse: (inout LogRecord) throws(MessageFault) -> Void
    ) throws(MessageFault) {
        scratch.begin(nil, severity: .informational, time: time, origin: origin)
        try parse(&scratch)
        encode(&scratch)
        if let author { authorship.note(producer.position, by: author) }
    }

    /// Passed on as it is: a read of the property itself would be a copy.
    private func encode(_ record: inout LogRecord) {
        producer.record(record)
        if record.message.capacity > Self.scratchBytes || record.bytes.capacity > Self.scratchBytes {
            record = LogRecord(.daemonStarted, severity: .debug)
        }
    }

    /// Whether there is something to `flush`.
    package var hasUnflushed: Bool { !producer.isEmpty }

    /// Whether somebody waits for records that are not handed over, and no commit is to be awaited first.
    ///
    /// While a batch that somebody waits for is being written, further records gather for the next one: fewer and
    /// larger writes, and nobody waits longer than for the write under way.
    package var isFlushUrgent: Bool {
        guard let first = waits.first else { return false }
        return first.position > producer.flushedPosition
    }

    /// How many wait for commits.
    package var waiterCount: Int { waits.count }

    package func flush() {
        producer.flush()
    }

    /// The position of the last record.
    package var position: UInt64 { producer.position }

    package var isFull: Bool { producer.isFull }

    /// Calls the author's `committed` when everything recorded so far is settled; at once when it is.
    package func awaitCommit(_ author: any Author) {
        waits.append(Wait(position: producer.position, author: author))
        if waits.count == 1 { settle() }
    }

    /// Calls the waiter's `hasSpace` when the pipeline has space.
    package func awaitSpace(_ waiter: any SpaceWaiter) {
        spaceWaiters.append(waiter)
        if spaceWaiters.count == 1 { settle() }
    }

    /// Serves those whose time has come. To be called after the producer was notified, and now and then.
    package func settle() {
        // Without anybody who waits, only to forget whose records the settled ones are.
        if waits.isEmpty, !authorship.isEmpty { fetchSettled(awaiting: nil) }
        settleCommits()
        if !spaceWaiters.isEmpty, !producer.waitForSpace() {
            let served = spaceWaiters
            spaceWaiters = []
            for waiter in served { waiter.hasSpace() }
        }
    }

    /// Whether all records up to a position are settled; then `isRefused` of their authors is final.
    package func isSettled(through position: UInt64) -> Bool {
        fetchSettled(awaiting: nil) >= position
    }

    private func settleCommits() {
        while let first = waits.first {
            let settled = fetchSettled(awaiting: first.position)
            let count = waits.prefix { $0.position <= settled }.count
            guard count > 0 else { return }
            let served = waits[..<count]
            waits.removeFirst(count)
            for wait in served { wait.author.committed(!wait.author.isRefused) }
        }
    }

    /// How far all is settled; the authors of what was refused on the way are told.
    @discardableResult
    private func fetchSettled(awaiting position: UInt64?) -> UInt64 {
        let settled = producer.settled(awaiting: position)
        authorship.settle(through: settled.position, rejected: settled.rejected, forgotten: settled.forgotten)
        return settled.position
    }
}
