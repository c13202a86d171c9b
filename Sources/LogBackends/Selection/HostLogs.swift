import CLinux
import Glibc
import Linux
import Systemd

/// The logs that a host offers.
public struct HostLogs: Sendable, Equatable {
    /// Whether standard error is connected to the journal.
    public var standardErrorIsJournal: Bool
    /// Whether journald's socket is there.
    public var hasJournal: Bool
    /// Whether the socket of a syslog daemon is there.
    public var hasSyslog: Bool
    /// Whether standard error has a reader, and the log file would be in `/`, as in a container.
    public var prefersStandardError: Bool

    /// Makes a description of a host.
    public init(
        standardErrorIsJournal: Bool,
        hasJournal: Bool,
        hasSyslog: Bool,
        prefersStandardError: Bool = false
    ) {
        self.standardErrorIsJournal = standardErrorIsJournal
        self.hasJournal = hasJournal
        self.hasSyslog = hasSyslog
        self.prefersStandardError = prefersStandardError
    }

    /// Examines this host: `$JOURNAL_STREAM`, the sockets of the journal and of syslog, and the working directory.
    ///
    /// - Parameters:
    ///   - syslogPath: the socket of a syslog daemon.
    ///   - logFile: the path of the file backend.
    /// - Returns: the logs that are there now.
    public static func current(syslogPath: String = SyslogBackend.defaultPath, logFile: String) -> HostLogs {
        HostLogs(
            standardErrorIsJournal: JournalStream.isJournal(STDERR_FILENO),
            hasJournal: isSocket(Journal.socketPath),
            hasSyslog: isSocket(syslogPath),
            prefersStandardError: isInRoot(logFile) && hasReader(STDERR_FILENO)
        )
    }

    /// Whether the path is relative, and the working directory is `/`.
    private static func isInRoot(_ path: String) -> Bool {
        guard path.utf8.first != UInt8(ascii: "/"), let current = getcwd(nil, 0) else { return false }
        defer { free(current) }
        return String(cString: current) == "/"
    }

    /// Whether a descriptor is a terminal, a pipe or a socket, rather than a file or `/dev/null`.
    private static func hasReader(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        let type = status.st_mode & S_IFMT
        return type == S_IFIFO || type == S_IFSOCK || isatty(descriptor) == 1
    }

    private static func isSocket(_ path: String) -> Bool {
        (try? FileVersion(path: path))?.isSocket == true
    }

    /// The backend for a configuration that names none: the journal if present, else syslog, else a file or standard error.
    public var preferredBackend: BackendKind {
        if standardErrorIsJournal || hasJournal { return .journald }
        if hasSyslog { return .syslog }
        return prefersStandardError ? .stderr : .file
    }
}
