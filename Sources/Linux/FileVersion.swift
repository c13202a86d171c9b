import CLinux
import Glibc

/// A file as a path leads to it now; a file that takes its place differs, and so does one that was changed.
///
/// File systems use the inode numbers of removed files again. Their times of change differ.
package struct FileVersion: Equatable, Sendable {
    private let identity: FileIdentity
    private let changeSeconds: Int
    private let changeNanoseconds: Int
    /// Whether the file is a socket.
    package let isSocket: Bool

    /// Looks a path up, and follows symbolic links.
    ///
    /// - Throws: the error of stat(2).
    package init(path: String) throws(Errno) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Errno.last }
        identity = FileIdentity(device: status.st_dev, inode: status.st_ino)
        changeSeconds = status.st_ctim.tv_sec
        changeNanoseconds = status.st_ctim.tv_nsec
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}
