import Linux
package import LogBackends
import LogFormats
package import LogRecords

/// Makes the records of one thread.
///
/// Used on that thread only.
package final class Recorder {
    /// More memory than this a record does not keep for the next one.
    private static let scratchBytes = 1024 * 1024

    private let producer: LogProducer
    // Unchecked, because asking costs more than the accesses: nothing that is called with it calls back here.
    @exclusivity(unchecked) private var scratch = LogRecord(nil, severity: .debug)
    /// The observers that wait for the records.
    let commits: CommitTracker

    /// Records of events below it are not made.
    // Unchecked, because the check costs more than the access.
    @exclusivity(unchecked) package var threshold: Severity

    /// Makes the recorder of one thread.
    ///
    /// - Parameters:
    ///   - producer: this thread's entrance to the pipeline.
    ///   - threshold: events that are less urgent are not recorded.
    package init(producer: LogProducer, threshold: Severity) {
        self.producer = producer
        self.threshold = threshold
        commits = CommitTracker(producer)
        scratch = makeScratch()
    }

    /// Makes a record of an event, unless it is below the threshold.
    ///
    /// - Parameters:
    ///   - event: the kind of record.
    ///   - severity: how urgent it is.
    ///   - origin: the connection, sender or listener; nil: the daemon.
    ///   - observer: learns when the output rejects it.
    ///   - fill: adds to the message and the fields.
    package func record(
        _ event: Event,
        _ severity: Severity,
        _ origin: Origin?,
        by observer: (any CommitObserver)? = nil,
        _ fill: (inout LogRecord) -> Void
    ) {
        guard makeRecord(event, severity, origin, fill), let observer else { return }
        // The time counts for messages only.
        commits.noteRecord(by: observer, nil, at: .distantPast)
    }

    /// Makes a record of data that is a message, as a datagram is.
    ///
    /// The observer learns when the output rejects it, and the account counts what becomes of it from its receipt on.
    func recordData(
        _ event: Event,
        _ severity: Severity,
        _ origin: Origin,
        by observer: (any CommitObserver)?,
        _ account: MessageAccount,
        at time: MonotonicTime,
        _ fill: (inout LogRecord) -> Void
    ) {
        guard makeRecord(event, severity, origin, fill) else { return account.countLeftOut() }
        account.countRecorded(isCut: false, isReturned: false)
        commits.noteRecord(by: observer, account, at: time)
    }

    /// Makes a record where the threshold lets it.
    ///
    /// - Returns: whether there is one.
    private func makeRecord(
        _ event: Event,
        _ severity: Severity,
        _ origin: Origin?,
        _ fill: (inout LogRecord) -> Void
    ) -> Bool {
        guard severity >= threshold else { return false }
        scratch.selection = producer.selection
        scratch.begin(event, severity: severity, time: .now, origin: origin)
        fill(&scratch)
        encode(&scratch)
        return true
    }

    /// Makes a record of a sender's message, whatever the threshold.
    ///
    /// - Parameters:
    ///   - origin: the sender.
    ///   - time: when the message was received; the message may have a time of its own.
    ///   - now: the same time, as intervals are measured.
    ///   - observer: learns when the output rejects it.
    ///   - account: counts what becomes of it.
    ///   - parse: fills the record; returns false to leave the message out.
    /// - Returns: whether there is a record.
    /// - Throws: what `parse` throws; then there is no record.
    func recordMessage(
        from origin: Origin,
        at time: WallTime,
        _ now: MonotonicTime,
        by observer: (any CommitObserver)?,
        _ account: MessageAccount,
        _ parse: (inout LogRecord) throws(MessageError) -> Bool
    ) throws(MessageError) -> Bool {
        scratch.selection = producer.selection
        scratch.begin(nil, severity: .informational, time: time, origin: origin)
        guard try parse(&scratch) else { return false }
        encode(&scratch)
        commits.noteRecord(by: observer, account, at: now)
        return true
    }

    /// Passed on as it is: a read of the property itself would be a copy.
    private func encode(_ record: inout LogRecord) {
        producer.record(record)
        if record.message.capacity > Self.scratchBytes || record.bytes.capacity > Self.scratchBytes {
            record = makeScratch()
        }
    }

    private func makeScratch() -> LogRecord {
        var record = LogRecord(nil, severity: .debug)
        record.ownName = ReturnedRecord.program
        record.ownPrefix = ReturnedRecord.prefix
        return record
    }

    /// The position of the last record.
    package var position: UInt64 { producer.position }

    /// Whether as much is waiting in the pipeline as may wait.
    package var isFull: Bool { producer.isFull }

    /// Whether so much is waiting that those who send much should pause.
    var hasBacklog: Bool { producer.hasBacklog }

    /// Whether there is something to `flush`.
    package var hasUnflushed: Bool { !producer.isEmpty }

    /// Hands over what was recorded.
    package func flush() {
        producer.flush()
    }

    /// Hands over what was recorded and is waited for; see `LogProducer.flushAwaited`.
    ///
    /// - Returns: whether it was written here, so that `commits` may serve at once.
    func flushAwaited() -> Bool { producer.flushAwaited() }
}
