import CLinux
import Glibc
import Linux

/// A standard stream of a service that systemd connected to the journal.
public enum JournalStream {
    /// Whether the descriptor is the stream that `$JOURNAL_STREAM` names by device and inode; see systemd.exec(5).
    ///
    /// The variable alone is not sufficient: it remains set when the output is redirected.
    public static func isJournal(
        _ descriptor: Int32,
        environment: (String) -> String? = Environment.value
    ) -> Bool {
        guard let text = environment("JOURNAL_STREAM") else { return false }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let device = dev_t(parts[0]), let inode = ino_t(parts[1]) else { return false }
        return (try? FileIdentity(descriptor: descriptor)) == FileIdentity(device: device, inode: inode)
    }
}
