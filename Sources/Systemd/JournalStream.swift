import CLinux
import Glibc

/// A service's standard output or error that systemd connected to the journal.
public enum JournalStream {
    /// Whether the descriptor is the stream that `$JOURNAL_STREAM` names by device and inode; see systemd.exec(5).
    ///
    /// The variable alone does not tell: it stays in the environment when somebody redirects the output.
    public static func isJournal(
        _ descriptor: Int32,
        environment: (String) -> String? = Environment.value
    ) -> Bool {
        guard let text = environment("JOURNAL_STREAM") else { return false }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let device = dev_t(parts[0]), let inode = ino_t(parts[1]) else { return false }
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_dev == device && status.st_ino == inode
    }
}
