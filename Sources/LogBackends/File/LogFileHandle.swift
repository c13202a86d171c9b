import CLinux
import Glibc
import Linux
import LogRecords

/// An open log file; the end of the handle's lifetime closes it.
struct LogFileHandle: ~Copyable {
    private let path: String
    private var descriptor: Int32
    private let identity: FileIdentity

    /// Opens a file for appending, and creates it with mode 0640 less the umask if it does not exist.
    ///
    /// Only a regular file is accepted, and no symbolic link: another user may write to the directory.
    ///
    /// - Throws: a `SystemError` with advice.
    init(opening path: String) throws(SystemError) {
        self.path = path
        let flags = O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        // Reading the last byte shows whether the last line is complete; write permission alone is enough, too.
        var opened = retrying { open(path, flags | O_RDWR, 0o640) }
        if opened < 0, errno == EACCES {
            opened = retrying { open(path, flags | O_WRONLY, 0o640) }
        }
        guard opened >= 0 else { throw .file("cannot open", path, .last) }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let reason = Errno.last
            Glibc.close(opened)
            throw .file("cannot stat", path, reason)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(opened)
            let advice = "it is not a regular file; give the path of one, or of a file that does not exist yet"
            throw SystemError("cannot log to", path, Errno(EINVAL), advice: advice)
        }
        descriptor = opened
        identity = FileIdentity(device: status.st_dev, inode: status.st_ino)
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
    /// - Returns: the number of written bytes, and the error that stopped the write.
    func append(_ bytes: Span<UInt8>) -> (written: Int, failure: Errno?) {
        var written = 0
        while written < bytes.count {
            // The pointer does not leave the call.
            let count = bytes.extracting(written...).withUnsafeBytes { rest in
                retrying { write(descriptor, rest.baseAddress, rest.count) }
            }
            guard count >= 0 else { return (written, .last) }
            // Not expected of regular files, but the loop must end on every file system.
            guard count > 0 else { return (written, Errno(EIO)) }
            written += count
        }
        return (written, nil)
    }

    /// Makes the kernel begin to write the file's full pages to the disk: sync_file_range(2).
    ///
    /// It waits only while the disk has more to write than it takes at once.
    func startWriteback() {
        // Some file systems let the next write(2) wait for a page that is on its way to the disk.
        let end = lseek(descriptor, 0, SEEK_CUR) & ~4095
        guard end > 0 else { return }
        _ = clinux_sync_file_range(descriptor, 0, end, UInt32(CLINUX_SYNC_FILE_RANGE_WRITE))
    }

    /// Waits until all records are on the disk: fdatasync(2).
    ///
    /// - Returns: the error, or nil on success.
    func synchronize() -> Errno? {
        retrying { fdatasync(descriptor) } == 0 ? nil : .last
    }

    /// Whether the file still has a name.
    var isLinked: Bool {
        var status = stat()
        return fstat(descriptor, &status) != 0 || status.st_nlink > 0
    }

    /// Begins to watch for changes after which the path may lead to another file.
    func watch() -> FileWatch {
        FileWatch(of: descriptor, in: SystemError.directory(of: path))
    }

    /// Whether the path still leads to this file.
    var isCurrent: Bool { (try? FileIdentity(path: path)) == identity }

    /// Whether the file may end within a line: its last byte is not a newline, or cannot be read.
    var endsWithinLine: Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return false }
        var last: UInt8 = 0
        let count = retrying { pread(descriptor, &last, 1, status.st_size - 1) }
        return count != 1 || last != UInt8(ascii: "\n")
    }

    /// Removes the last bytes of the previous write from the file.
    ///
    /// - Returns: false when the file cannot be truncated, or no longer ends with these bytes.
    func truncateLast(_ count: Int) -> Bool {
        var status = stat()
        let end = lseek(descriptor, 0, SEEK_CUR)
        guard end >= off_t(count), fstat(descriptor, &status) == 0, status.st_size == end else { return false }
        guard retrying({ ftruncate(descriptor, end - off_t(count)) }) == 0 else { return false }
        return lseek(descriptor, -off_t(count), SEEK_CUR) >= 0
    }
}
