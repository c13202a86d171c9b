import CLinux
import Glibc
import Linux
import LogRecords

/// An open log file; it is closed when the handle goes.
struct LogFileHandle: ~Copyable {
    private let path: String
    private var descriptor: Int32
    private let device: dev_t
    private let inode: ino_t

    /// Opens a file for appending, and creates it with mode 0640 less the umask where there is none.
    ///
    /// Neither a symbolic link nor anything but a regular file is ever written to: the directory may be another
    /// user's.
    init(opening path: String) throws(SystemError) {
        self.path = path
        let flags = O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        // Reading tells how the last line ends; a file that may only be written to is fine too.
        var opened = retrying { open(path, flags | O_RDWR, 0o640) }
        if opened < 0, errno == EACCES {
            opened = retrying { open(path, flags | O_WRONLY, 0o640) }
        }
        guard opened >= 0 else { throw .file("cannot open", path, .last) }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let reason = Errno.last
            Glibc.close(opened)
            throw .file("cannot look at", path, reason)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(opened)
            let advice = "it is no regular file; give the path of one, or of one that does not exist yet"
            throw SystemError("cannot log to", path, Errno(EINVAL), advice: advice)
        }
        descriptor = opened
        device = status.st_dev
        inode = status.st_ino
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    mutating func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Appends the bytes, and after a partial write the rest at once.
    ///
    /// - Returns: how many bytes were written, and why not all.
    func append(_ bytes: Span<UInt8>) -> (written: Int, failure: Errno?) {
        var written = 0
        while written < bytes.count {
            // The pointer does not leave the call.
            let count = bytes.extracting(written...).withUnsafeBytes { rest in
                retrying { write(descriptor, rest.baseAddress, rest.count) }
            }
            guard count >= 0 else { return (written, .last) }
            // Not known of regular files; without it such a file system would keep the loop going for ever.
            guard count > 0 else { return (written, Errno(EIO)) }
            written += count
        }
        return (written, nil)
    }

    /// Waits until the disk has everything: fdatasync(2).
    func synchronize() -> Errno? {
        retrying { fdatasync(descriptor) } == 0 ? nil : .last
    }

    /// Whether the file still has a name, so that somebody will find it.
    var isLinked: Bool {
        var status = stat()
        return fstat(descriptor, &status) != 0 || status.st_nlink > 0
    }

    /// Whether the path still leads to this file.
    var isCurrent: Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_dev == device && status.st_ino == inode
    }

    /// Whether the last line has no end, or cannot be read so that it may have none.
    var endsWithinLine: Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return false }
        var last: UInt8 = 0
        let count = retrying { pread(descriptor, &last, 1, status.st_size - 1) }
        return count != 1 || last != UInt8(ascii: "\n")
    }

    /// Takes back the last bytes of the write that was just done.
    ///
    /// - Returns: false where the file cannot be cut, or does not end with these bytes any more.
    func truncateLast(_ count: Int) -> Bool {
        var status = stat()
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard end >= off_t(count), fstat(descriptor, &status) == 0, status.st_size == end else { return false }
        guard retrying({ ftruncate(descriptor, end - off_t(count)) }) == 0 else { return false }
        return lseek(descriptor, -off_t(count), SEEK_CUR) >= 0
    }
}
