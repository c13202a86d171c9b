import CLinux
import Glibc
import Linux

extension SystemError {
    /// An error of a log file, with advice.
    static func file(_ operation: String, _ path: String, _ reason: Errno) -> SystemError {
        SystemError(operation, path, reason, advice: advice(on: reason, at: path))
    }

    private static func advice(on reason: Errno, at path: String) -> String? {
        switch reason.number {
        case ENOENT:
            path.isEmpty
                ? "give the path of a file" : "create the directory \(directory(of: path)), or give another path"
        case ENOTDIR: "a part of the path is a file; give the path of a file in a directory"
        case EISDIR: "give the path of a file in it"
        case EACCES: "let uid \(geteuid()) write to the file and to its directory, or give another path"
        case EPERM: "look for an immutable attribute with lsattr"
        case EROFS: "give a path on a file system that is writable; in a unit, one under LogsDirectory="
        case ELOOP where isSymbolicLink(path):
            "it is a symbolic link, and a log is never written through one; give the path that it leads to"
        case ENXIO: "it is a socket or a device; give the path of a regular file"
        case ENOSPC, EDQUOT: "make space"
        case EFBIG: "rotate the file, or raise LimitFSIZE="
        case EIO: "see the kernel's messages about the disk with dmesg"
        case EMFILE, ENFILE: "raise LimitNOFILE="
        default: nil
        }
    }

    /// The directory that holds the file of that path.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func isSymbolicLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
