import CLinux
import Glibc
import Linux

/// A file in memory that nobody can change any more; see memfd_create(2).
struct SealedFile: ~Copyable {
    let descriptor: Int32

    /// Makes a file of some bytes.
    ///
    /// - Throws: the error of memfd_create(2), write(2) or fcntl(2).
    init(_ bytes: Span<UInt8>) throws(Errno) {
        let file = memfd_create("sockserved-entry", CLINUX_MFD_CLOEXEC | CLINUX_MFD_ALLOW_SEALING)
        guard file >= 0 else { throw Errno.last }
        do throws(Errno) {
            try Self.write(bytes, to: file)
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

    private static func write(_ bytes: Span<UInt8>, to file: Int32) throws(Errno) {
        var start = 0
        while start < bytes.count {
            // The pointer does not leave the call.
            let count = bytes.extracting(start...).withUnsafeBytes { rest in
                retrying { Glibc.write(file, rest.baseAddress, rest.count) }
            }
            guard count > 0 else { throw count < 0 ? Errno.last : Errno(ENOSPC) }
            start += count
        }
    }
}
