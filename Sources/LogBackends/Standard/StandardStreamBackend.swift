import Glibc
import Linux

/// Writes records as lines to standard output or standard error, as containers and pipelines expect.
///
/// A record is committed when write(2) has returned. A write waits for a slow reader; when the reader has ended (EPIPE),
/// or without space, records wait. A record that was written in part is completed before the next one.
///
/// The process must ignore `SIGPIPE`, and must not write other lines to the stream.
public struct StandardStreamBackend: LogBackend {
    /// The two streams.
    public enum Destination: String, Sendable, CaseIterable {
        /// Standard output.
        case stdout
        /// Standard error.
        case stderr
    }

    /// `stdout` or `stderr`.
    public let summary: String
    private let stream: StandardStream
    private let format: LineFormat
    private let program: String

    /// Describes a stream.
    ///
    /// - Parameters:
    ///   - destination: which stream.
    ///   - format: the format of the lines.
    ///   - program: the value of `%(name)s` when the sender names no logger.
    public init(_ destination: Destination, format: LineFormat = .standard, program: String = "root") {
        stream = destination == .stdout ? .output : .error
        summary = destination.rawValue
        self.format = format
        self.program = program
    }

    /// Makes an encoder of lines.
    public func makeEncoder() -> any LogEncoder { LineEncoder(format, program: program) }

    /// Makes the output; a stream that cannot be written to fails at the first write.
    public func open() -> sending any LogOutput { StandardStreamOutput(stream) }
}

/// The output of a `StandardStreamBackend`.
final class StandardStreamOutput: LogOutput {
    private let stream: StandardStream

    init(_ stream: StandardStream) {
        self.stream = stream
    }

    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        var outcome = WriteOutcome(done: 0)
        var skipped = skipped
        for batch in batches {
            let (count, failure) = stream.write(
                batch.bytes.span,
                from: batch.start(of: skipped),
                ends: batch.ends[skipped...]
            )
            outcome.done += count
            outcome.failure = failure.map { SystemError("cannot write to", stream.name, $0, advice: Self.advice($0)) }
            guard count == batch.count - skipped else { break }
            skipped = 0
        }
        return outcome
    }

    func close() {}

    private static func advice(_ errno: Errno) -> String? {
        switch errno.number {
        case EPIPE: "its reader has ended; restart the daemon with a reader"
        case ENOSPC, EDQUOT: "make space"
        default: nil
        }
    }
}
