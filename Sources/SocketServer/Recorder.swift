package import LogBackends
package import LogRecords

/// Makes records on one thread and tells those who wait when theirs are committed. Not to be used by two threads.
package final class Recorder {
    /// Somebody who waits for commits or for space.
    package protocol Waiter: AnyObject {
        /// All that was recorded when the wait began is settled.
        ///
        /// - Parameter success: false when one of the records since `since` was refused for good.
        func committed(_ success: Bool)
        func hasSpace()
    }

    private struct Wait {
        let since: UInt64
        let position: UInt64
        let waiter: any Waiter
    }

    private let producer: LogProducer
    private var scratch = LogRecord(.daemonStarted, severity: .debug)
    private var waits: [Wait] = []
    private var spaceWaiters: [any Waiter] = []
    /// Refused records that somebody may yet ask about.
    private var refused: [UInt64] = []
    private static let refusedLimit = 1024
    /// Up to here there may have been more of them; whoever asks so far back is not told that all went well.
    private var forgotten: UInt64 = 0

    /// Records below it are not made.
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

    /// Makes a record; `fill` adds to the message and the fields.
    package func record(
        _ event: Event,
        _ severity: Severity,
        _ origin: Origin?,
        _ fill: (inout LogRecord) -> Void
    ) {
        guard severity >= threshold else { return }
        scratch.begin(event, severity: severity, time: .now, origin: origin)
        fill(&scratch)
        producer.record(scratch)
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

    /// Calls the waiter's `committed` when everything recorded so far is settled; at once when it is.
    ///
    /// - Parameter since: the position before the first record that matters to the waiter.
    package func awaitCommit(_ waiter: any Waiter, since: UInt64) {
        waits.append(Wait(since: since, position: producer.position, waiter: waiter))
        if waits.count == 1 { settle() }
    }

    /// Calls the waiter's `hasSpace` when the pipeline has space.
    package func awaitSpace(_ waiter: any Waiter) {
        spaceWaiters.append(waiter)
        if spaceWaiters.count == 1 { settle() }
    }

    /// Serves those whose time has come. To be called after the producer was notified.
    package func settle() {
        settleCommits()
        if !spaceWaiters.isEmpty, !producer.waitForSpace() {
            let served = spaceWaiters
            spaceWaiters = []
            for waiter in served { waiter.hasSpace() }
        }
    }

    /// Whether all records after one position and up to another are committed.
    package func isCommitted(since: UInt64, through position: UInt64) -> Bool {
        fetchSettled(awaiting: nil) >= position && !isRefused(since: since, through: position)
    }

    private func settleCommits() {
        while let first = waits.first {
            let settled = fetchSettled(awaiting: first.position)
            let count = waits.prefix { $0.position <= settled }.count
            guard count > 0 else { return }
            let served = waits[..<count]
            waits.removeFirst(count)
            for wait in served {
                wait.waiter.committed(!isRefused(since: wait.since, through: wait.position))
            }
        }
    }

    /// How far all is settled; what was refused on the way is kept for those who ask later.
    private func fetchSettled(awaiting position: UInt64?) -> UInt64 {
        let settled = producer.settled(awaiting: position)
        if !settled.rejected.isEmpty {
            refused += settled.rejected
            let surplus = refused.count - Self.refusedLimit
            if surplus > 0 {
                forgotten = refused[surplus - 1]
                refused.removeFirst(surplus)
            }
        }
        forgotten = max(forgotten, settled.forgotten)
        return settled.position
    }

    private func isRefused(since: UInt64, through position: UInt64) -> Bool {
        since < forgotten || refused.contains { since < $0 && $0 <= position }
    }
}
