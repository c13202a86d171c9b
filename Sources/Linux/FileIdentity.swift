import CLinux
import Glibc

/// Which file a path leads to at the moment, so that one put in its place is told from it.
package struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t
    // File systems use the numbers of removed files again; the time of the change tells those apart.
    private let changeSeconds: Int
    private let changeNanoseconds: Int
    package let isSocket: Bool

    /// Follows symbolic links.
    package init(path: String) throws(Errno) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Errno.last }
        device = status.st_dev
        inode = status.st_ino
        changeSeconds = status.st_ctim.tv_sec
        changeNanoseconds = status.st_ctim.tv_nsec
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}
