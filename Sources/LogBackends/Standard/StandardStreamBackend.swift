import Glibc
import Linux
public import LogRecords

/// Writes records as lines to standard output or standard error, as containers and pipelines expect.
///
/// Committed means that write(2) has taken the record. `write` waits for a slow reader; when there is no reader any
/// more (EPIPE), or no space, records wait. A record that was written in part is completed before the next one.
///
/// The process must ignore `SIGPIPE`, and leave the stream to this backend: other lines would come between.
public final class StandardStreamBackend: LogBackend {
    /// Which of the two.
    public enum Destination: String, Sendable, CaseIterable {
        case stdout
        case stderr
    }

    public let summary: String
    private let stream: StandardStream
    private let format: LineFormat

    /// - Parameter format: how a record becomes a line.
    public convenience init(_ destination: Destination, format: LineFormat = .standard) {
        self.init(destination == .stdout ? .output : .error, summary: destination.rawValue, format: format)
    }

    init(_ stream: StandardStream, summary: String, format: LineFormat = .standard) {
        self.stream = stream
        self.summary = summary
        self.format = format
    }

    public func encode(_ record: borrowing LogRecord, into batch: inout LogBatch) {
        format.append(record, to: &batch)
    }

    public func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        var outcome = WriteOutcome(done: 0)
        var skipped = skipped
        for batch in batches {
            let start = skipped == 0 ? 0 : batch.ends[skipped - 1]
            let (count, failure) = stream.write(batch.bytes.span, from: start, ends: batch.ends[skipped...])
            outcome.done += count
            outcome.failure = failure.map { SystemError("cannot write to", stream.name, $0, advice: Self.advice($0)) }
            guard count == batch.count - skipped else { break }
            skipped = 0
        }
        return outcome
    }

    public func close() {}

    private static func advice(_ errno: Errno) -> String? {
        switch errno.number {
        case EPIPE: "its reader has ended; start the daemon again with one"
        case ENOSPC, EDQUOT: "make space"
        default: nil
        }
    }
}
