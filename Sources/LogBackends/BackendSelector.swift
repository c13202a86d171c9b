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

        /// The choice that selects this backend wherever the daemon runs.
        public var choice: BackendChoice {
            switch self {
            case .journald: .journald
            case .syslog: .syslog
            case .file: .file
            }
        }
    }

    /// What of the host's logs is there.
    public struct Host: Sendable, Equatable {
        public var standardErrorIsJournal: Bool
        public var hasJournal: Bool
        public var hasSyslog: Bool

        public init(standardErrorIsJournal: Bool, hasJournal: Bool, hasSyslog: Bool) {
            self.standardErrorIsJournal = standardErrorIsJournal
            self.hasJournal = hasJournal
            self.hasSyslog = hasSyslog
        }

        /// Looks at this host: `$JOURNAL_STREAM`, the journal's socket and syslog's.
        public static func current(syslogPath: String = SyslogBackend.defaultPath) -> Host {
            Host(
                standardErrorIsJournal: JournalStream.isJournal(STDERR_FILENO),
                hasJournal: isSocket(Journal.socketPath),
                hasSyslog: isSocket(syslogPath)
            )
        }

        private static func isSocket(_ path: String) -> Bool {
            (try? FileIdentity(path: path))?.isSocket == true
        }
    }

    /// What was asked for; for `auto` the journal where there is one, else syslog, else a file.
    ///
    /// An explicit choice stays also when it is not there: opening it then fails, which is what was asked for.
    public static func select(_ choice: BackendChoice, on host: @autoclosure () -> Host = .current()) -> Backend {
        switch choice {
        case .journald: return .journald
        case .syslog: return .syslog
        case .file: return .file
        case .auto:
            let host = host()
            if host.standardErrorIsJournal || host.hasJournal { return .journald }
            return host.hasSyslog ? .syslog : .file
        }
    }
}
