import CLinux
import Glibc
import Linux

/// A file in memory that cannot be changed any more; see memfd_create(2).
struct SealedFile: ~Copyable {
    let descriptor: Int32

    /// Makes a file of some bytes.
    ///
    /// - Throws: the error of memfd_create(2), pwrite(2) or fcntl(2).
    init(_ bytes: Span<UInt8>) throws(Errno) {
        let file = try MemoryFile.make(label: "sockserved-entry", isSealable: true)
        do throws(Errno) {
            try MemoryFile.write(bytes, to: file)
            guard fcntl(file, CLINUX_F_ADD_SEALS, CLINUX_F_SEAL_ALL) == 0 else { throw Errno.last }
        } catch {
            close(file)
            throw error
        }
        descriptor = file
    }

    deinit {
        close(descriptor)
    }
}
