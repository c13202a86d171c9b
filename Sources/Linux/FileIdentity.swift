package import CLinux
import Glibc

/// Which file a path or a descriptor refers to: the numbers of its device and its inode.
///
/// They stay the same for as long as the file exists or is open. A later file may get them again: see `FileVersion`.
package struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t

    package init(device: dev_t, inode: ino_t) {
        self.device = device
        self.inode = inode
    }

    /// Identifies the file at a path; a symbolic link is a file of its own.
    ///
    /// - Throws: the error of lstat(2).
    package init(path: String) throws(Errno) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw Errno.last }
        self.init(device: status.st_dev, inode: status.st_ino)
    }

    /// Identifies an open file.
    ///
    /// - Throws: the error of fstat(2).
    package init(descriptor: Int32) throws(Errno) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Errno.last }
        self.init(device: status.st_dev, inode: status.st_ino)
    }
}
