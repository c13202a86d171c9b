import CLinux
import Glibc
import Linux

/// Lets one process at a time work on the names in a directory, as far as the others lock it too; see flock(2).
///
/// The directory itself is locked, so that no lock file is left.
enum DirectoryLock {
    /// Anybody who may read the directory can hold such a lock: after this time, the work is done without it.
    private static let waitLimit = Duration.seconds(2)
    private static let step: useconds_t = 5000

    /// Calls `body` with the directory locked, or without a lock where there cannot be one.
    static func hold<Result>(
        directoryOf path: String,
        _ body: () throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = retrying { open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { return try body() }
        // Closing it gives the lock back.
        defer { close(descriptor) }
        let deadline = MonotonicTime.now + waitLimit
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
            guard MonotonicTime.now < deadline else { break }
            usleep(step)
        }
        return try body()
    }
}
