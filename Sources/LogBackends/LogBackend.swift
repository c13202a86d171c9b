public import Linux
public import LogRecords

/// Where records go: the seam between the threads that record and what keeps the records.
///
/// A backend is a description that any thread may hold. It makes the two things that have state: an encoder for each
/// thread that records, and one output for the writer thread of a `LogPipeline`. A new backend is one type that conforms,
/// with its encoder and its output, and one line where a program lists the backends that it offers.
public protocol LogBackend: Sendable {
    /// What the backend is and where it writes, for people: `file /var/log/app/server.log`.
    var summary: String { get }

    /// Makes an encoder for one thread.
    ///
    /// All encoders of backends of one kind make bytes that each output of that kind can write: batches that wait while
    /// a backend is replaced are written by the new one.
    func makeEncoder() -> any LogEncoder

    /// Opens the output.
    ///
    /// - Throws: why nothing can be written now, with advice; then the backend is not used.
    func open() throws(SystemError) -> sending any LogOutput
}

/// Makes a record's final bytes.
///
/// One thread uses it, so it may keep memory and results from one record to the next.
public protocol LogEncoder {
    /// Appends the record's bytes. They depend on nothing but the record and the backend's configuration.
    mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8])
}

/// Takes batches of encoded records.
///
/// The writer thread alone uses it, one call after the other.
public protocol LogOutput: AnyObject {
    /// How long the writer may sleep when there is nothing to write before it calls `check`; nil: for ever.
    var checkInterval: Duration? { get }

    /// A descriptor that poll(2) reports as readable when commits have come in; nil where `write` itself brings them.
    var commitDescriptor: Int32? { get }

    /// Writes batches in order, and returns how many records are settled now.
    ///
    /// May block for as long as the output does. What is neither committed nor rejected is given again, first in the
    /// next call and followed by what was recorded since: an output that commits later than it writes finds by
    /// `LogBatch.position` which records it has under way already, and may have as many batches under way as it is given.
    /// The next call comes at once when there is more to write or `commitDescriptor` is readable, else after a pause of
    /// at most half a second; after a failure always after the pause.
    ///
    /// - Parameters:
    ///   - batches: at least one, none of them empty; their positions follow each other.
    ///   - skipped: how many records at the front of the first batch are settled already.
    /// - Returns: the newly settled records, counted from the first that is not skipped.
    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome

    /// Looks after the output while there is nothing to write, such as a file that was renamed.
    func check()

    /// Closes the output. Nothing is written afterwards; what was under way is written by the next output, if there is one.
    func close()
}

extension LogOutput {
    /// No checks are wanted.
    public var checkInterval: Duration? { nil }

    /// Commits come with the writes.
    public var commitDescriptor: Int32? { nil }

    /// Does nothing.
    public func check() {}
}
