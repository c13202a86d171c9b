import CLinux
import Glibc
import Linux
import Systemd

/// Decides which backend to use.
public enum BackendSelector {
    /// A backend that there is.
    public enum Backend: String, Sendable, CaseIterable {
        case journald
        case syslog
        case file
        case stderr
        case stdout

        /// The choice that selects this backend wherever the daemon runs.
        public var choice: BackendChoice {
            switch self {
            case .journald: .journald
            case .syslog: .syslog
            case .file: .file
            case .stderr: .stderr
            case .stdout: .stdout
            }
        }
    }

    /// What of the host's logs is there.
    public struct Host: Sendable, Equatable {
        public var standardErrorIsJournal: Bool
        public var hasJournal: Bool
        public var hasSyslog: Bool
        /// Whether the log file would be in `/`, as in a container, while standard error has a reader.
        public var prefersStandardError: Bool

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

        /// Looks at this host: `$JOURNAL_STREAM`, the journal's socket and syslog's, and the working directory.
        ///
        /// - Parameter logFile: the path that the file backend would get.
        public static func current(syslogPath: String = SyslogBackend.defaultPath, logFile: String) -> Host {
            Host(
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

        /// Whether it is a terminal, a pipe or a socket, rather than a file or `/dev/null`.
        private static func hasReader(_ descriptor: Int32) -> Bool {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return false }
            let type = status.st_mode & S_IFMT
            return type == S_IFIFO || type == S_IFSOCK || isatty(descriptor) == 1
        }

        private static func isSocket(_ path: String) -> Bool {
            (try? FileIdentity(path: path))?.isSocket == true
        }
    }

    /// What was asked for; for `auto` the journal where there is one, else syslog, else a file or standard error.
    ///
    /// An explicit choice stays also when it is not there: opening it then fails, which is what was asked for.
    public static func select(_ choice: BackendChoice, on host: @autoclosure () -> Host) -> Backend {
        switch choice {
        case .journald: return .journald
        case .syslog: return .syslog
        case .file: return .file
        case .stderr: return .stderr
        case .stdout: return .stdout
        case .auto:
            let host = host()
            if host.standardErrorIsJournal || host.hasJournal { return .journald }
            if host.hasSyslog { return .syslog }
            return host.prefersStandardError ? .stderr : .file
        }
    }
}
