public import Linux
public import LogRecords

/// A destination for records: the seam between the threads that record and the log that keeps the records.
///
/// A backend is a description that any thread may hold. It makes the two objects that have state: an encoder for each
/// thread that records, and one output for the writer thread of a `LogPipeline`. To add a backend, write one type that
/// conforms, with its encoder and its output, and add a line where the program lists its backends.
public protocol LogBackend: Sendable {
    /// The kind and the destination, for people: `file /var/log/app/server.log`.
    var summary: String { get }

    /// Makes an encoder for one thread.
    ///
    /// Encoders of all backends of one kind make bytes that every output of that kind can write: when a backend is
    /// replaced, the new output writes the batches that still wait.
    func makeEncoder() -> any LogEncoder

    /// Opens the output.
    ///
    /// - Throws: a `SystemError` with advice when the output cannot be written to; the backend is not used then.
    func open() throws(SystemError) -> sending any LogOutput
}

/// Makes a record's final bytes.
///
/// Only one thread uses it, so it may keep memory and results from one record to the next.
public protocol LogEncoder {
    /// The parts of a record that `encode` reads besides its times, severity, facility, event, origin and message.
    ///
    /// They need not change: a record that has more, or less because no sender gave it, is encoded all the same.
    var selection: FieldSelection { get }

    /// Appends the record's bytes, which depend only on the record and the backend's configuration.
    mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8])
}

extension LogEncoder {
    /// All.
    public var selection: FieldSelection { .all }
}

/// Takes batches of encoded records.
///
/// Only the writer thread uses it, one call at a time; and while that thread sleeps and nothing waits, threads that
/// record, for `writeWithoutWaiting`.
public protocol LogOutput: AnyObject {
    /// The time without writes after which the writer calls `check`; nil: never.
    var checkInterval: Duration? { get }

    /// How many bytes of records `write` gets at most, and one batch more.
    ///
    /// The first records of a long queue do not wait for the last. An output whose commit costs the same for few records
    /// as for many asks for all that wait: then no record waits for more than the commit under way and its own.
    var writeLimit: Int { get }

    /// A descriptor that poll(2) reports as readable when `check` is to be called sooner; nil: there is none.
    var checkDescriptor: Int32? { get }

    /// A descriptor that poll(2) reports as readable when records were committed after `write`; nil when every commit
    /// is returned by `write`.
    var commitDescriptor: Int32? { get }

    /// Writes batches in order, and returns how many records are settled now.
    ///
    /// May block. The next call begins with the records that are neither committed nor rejected, followed by newer ones.
    /// An output that commits later than it writes recognizes by `LogBatch.position` the records that it has under way
    /// already; any number of batches may be under way. The next call follows at once when there is more to write or
    /// `commitDescriptor` is readable, else after a pause of at most half a second; after a failure, always after the
    /// pause.
    ///
    /// - Parameters:
    ///   - batches: at least one, none of them empty; their positions follow each other.
    ///   - skipped: how many records at the front of the first batch are settled already.
    /// - Returns: the newly settled records, counted from the first that is not skipped.
    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome

    /// Whether `writeWithoutWaiting` may be called now.
    ///
    /// Not where a system call may wait, as write(2) does for a disk, and not before the output is ready again after a
    /// failure.
    var canWriteWithoutWaiting: Bool { get }

    /// Writes what it can of a batch without waiting for anything, on a thread that must not wait.
    ///
    /// The next `write` begins with the others, whose failure, if any, it meets again and returns.
    ///
    /// - Parameter batch: not empty.
    /// - Returns: the number of records, from the front, that are committed.
    func writeWithoutWaiting(_ batch: LogBatch) -> Int

    /// Maintains the output while there is nothing to write; reopens a file that was renamed, for example.
    func check()

    /// Closes the output.
    ///
    /// No call follows. The next output, if any, writes the records that were under way.
    func close()
}

extension LogOutput {
    /// Nil: `check` is never called.
    public var checkInterval: Duration? { nil }

    /// 1 MiB.
    public var writeLimit: Int { 1024 * 1024 }

    /// Nil: `check` is called after the interval.
    public var checkDescriptor: Int32? { nil }

    /// Nil: `write` returns every commit.
    public var commitDescriptor: Int32? { nil }

    /// False: `write` may wait.
    public var canWriteWithoutWaiting: Bool { false }

    /// Writes nothing.
    public func writeWithoutWaiting(_ batch: LogBatch) -> Int { 0 }

    /// Does nothing.
    public func check() {}
}
