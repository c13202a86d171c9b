public import Linux

/// Writes records as lines to a file.
///
/// A record is committed when write(2) has returned, or fdatasync(2) with `FileSync.data`. The file may be renamed,
/// deleted or truncated at any time: within half a second the backend creates a new one at the path, without losing or
/// splitting a record; within half a minute where inotify(7) does not notice it and no record comes.
/// `LogPipeline.replaceBackend` with a backend for the same path does so at once.
///
/// The process must ignore `SIGXFSZ`; otherwise the kernel ends it at the limit on file sizes (setrlimit(2)).
public struct FileBackend: LogBackend {
    private let path: String
    private let format: LineFormat
    private let sync: FileSync
    private let program: String

    /// Describes a file.
    ///
    /// - Parameters:
    ///   - path: the path of a regular file; symbolic links, FIFOs and devices are rejected.
    ///   - format: the format of the lines.
    ///   - sync: when a record counts as committed.
    ///   - program: the value of `%(name)s` when the sender names no logger.
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

    /// Opens the file, and creates it with mode 0640 less the umask if it does not exist.
    ///
    /// - Throws: when the file cannot be opened, or is not a regular file.
    public func open() throws(SystemError) -> sending any LogOutput {
        FileOutput(try LogFile(path: path, sync: sync), writeLimit: sync == .data ? .max : 1024 * 1024)
    }
}

/// The file of a `FileBackend`.
private final class FileOutput: LogOutput {
    private var file: LogFile
    let writeLimit: Int

    init(_ file: consuming sending LogFile, writeLimit: Int) {
        self.file = file
        self.writeLimit = writeLimit
    }

    var checkInterval: Duration? { file.checkInterval }
    var checkDescriptor: Int32? { file.checkDescriptor }

    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        file.write(batches, skipping: skipped)
    }

    func check() {
        file.check()
    }

    func close() {
        file.close()
    }
}
