public import Linux

/// Writes records as lines to a file.
///
/// Committed means that the kernel has the record, or the disk with `FileSync.data`. The file may be renamed, deleted
/// or truncated at any time: within half a second a new one is begun at the path, without losing or splitting a
/// record. To have it at once, put a new backend for the same path in the place of this one.
///
/// The process must ignore `SIGXFSZ`, or the kernel ends it where a limit on the size of files is reached.
public struct FileBackend: LogBackend {
    private let path: String
    private let format: LineFormat
    private let sync: FileSync
    private let program: String

    /// Describes a file.
    ///
    /// - Parameters:
    ///   - path: of a regular file; symbolic links, FIFOs and devices are refused.
    ///   - format: how a record becomes a line.
    ///   - sync: when a record counts as committed.
    ///   - program: what a line shows as `%(name)s` where the sender names no logger.
    public init(path: String, format: LineFormat = .standard, sync: FileSync = .none, program: String = "root") {
        self.path = path
        self.format = format
        self.sync = sync
        self.program = program
    }

    /// `file` and the path.
    public var summary: String { "file \(path)" }

    /// Makes an encoder of lines.
    public func makeEncoder() -> any LogEncoder { LineEncoder(format, program: program) }

    /// Opens the file, and creates it with mode 0640 less the umask if there is none.
    ///
    /// - Throws: why the file cannot be opened, or is none that a log is written to.
    public func open() throws(SystemError) -> sending any LogOutput {
        FileOutput(try LogFile(path: path, sync: sync))
    }
}

/// The file of a `FileBackend`.
private final class FileOutput: LogOutput {
    private var file: LogFile

    init(_ file: consuming sending LogFile) {
        self.file = file
    }

    var checkInterval: Duration? { LogFile.rotationCheckInterval }

    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        file.write(batches, skipping: skipped)
    }

    func check() {
        file.checkRotation()
    }

    func close() {
        file.close()
    }
}
