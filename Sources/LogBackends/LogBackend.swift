public import Linux
public import LogRecords

/// Where records go: the seam between those who record and what keeps the records.
///
/// It has two halves. `encode` is pure and runs on the threads that record, several at once; `write` and all other
/// calls happen on the one writer thread of a `LogPipeline`, one after the other. A new backend is one type that
/// conforms, and one line where the daemon selects it.
public protocol LogBackend: AnyObject, Sendable {
    /// What the backend is and where it writes, for people: `file /var/log/sockserved/server.log`.
    var summary: String { get }

    /// How long the writer may sleep when there is nothing to write before it calls `check`; nil: for ever.
    var checkInterval: Duration? { get }

    /// Appends the record's final bytes to the batch. Pure: depends on nothing but the record and the configuration.
    func encode(_ record: borrowing LogRecord, into batch: inout LogBatch)

    /// Writes batches in order, and says how many records are committed now.
    ///
    /// May block for as long as the output does. What is neither committed nor rejected is given again, first in the
    /// next call. A backend whose commits come later than its writes returns those that have come, and finds by
    /// `LogBatch.position` what of the next call's batches it has written already.
    ///
    /// - Parameters:
    ///   - batches: at least one, none of them empty.
    ///   - skipped: how many records at the front of the first batch are done with already.
    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome

    /// Looks after the output while nothing is written, such as a file that was renamed.
    func check()

    /// Lets go of the output. Nothing is written afterwards.
    func close()
}

extension LogBackend {
    public var checkInterval: Duration? { nil }
    public func check() {}
}

/// What became of the batches given to `LogBackend.write`.
public struct WriteOutcome: Sendable {
    /// Records from the front that are done with: committed, or rejected.
    public var done: Int
    /// Which of those the output refuses for good, so that trying again would be in vain; 0 is the first.
    public var rejected: [Int]
    /// Why the rest is not committed; nil when everything is, or will be without trouble.
    public var failure: SystemError?

    public init(done: Int, rejected: [Int] = [], failure: SystemError? = nil) {
        self.done = done
        self.rejected = rejected
        self.failure = failure
    }
}
