public import Linux
public import LogRecords
import Synchronization

/// Writes records as lines to a file.
///
/// Committed means that the kernel has the record, or the disk with `FileSync.data`. The file may be renamed, deleted
/// or truncated at any time: within half a second a new one is begun at the path, without losing or splitting a
/// record. To have it at once, put a new backend for the same path in the place of this one.
///
/// The process must ignore `SIGXFSZ`, or the kernel ends it where a limit on the size of files is reached.
public final class FileBackend: LogBackend {
    public let summary: String
    private let format: LineFormat
    /// One thread writes, so the lock is always free; it proves that to the compiler.
    private let file: Mutex<LogFile>

    /// Opens the file, and creates it if there is none.
    ///
    /// - Parameters:
    ///   - path: of a regular file; symbolic links, FIFOs and devices are refused.
    ///   - format: how a record becomes a line.
    ///   - sync: when a record counts as committed.
    public init(path: String, format: LineFormat = .standard, sync: FileSync = .none) throws(SystemError) {
        summary = "file \(path)"
        self.format = format
        file = Mutex(try LogFile(path: path, sync: sync))
    }

    public var checkInterval: Duration? { LogFile.lookInterval }

    public func encode(_ record: borrowing LogRecord, into batch: inout LogBatch) {
        format.append(record, to: &batch)
    }

    public func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        file.withLock { $0.write(batches, skipping: skipped) }
    }

    public func check() {
        file.withLock { $0.look() }
    }

    public func close() {
        file.withLock { $0.close() }
    }
}
