import CLinux
import Glibc

/// A file in memory without a name, which lives as long as a process has it open; see memfd_create(2).
package enum MemoryFile {
    /// Makes an empty file.
    ///
    /// - Parameters:
    ///   - label: what `/proc/PID/fd` shows.
    ///   - isSealable: whether the file can be sealed; see fcntl(2).
    /// - Returns: its descriptor, which the caller owns; it is closed on exec.
    /// - Throws: the error of memfd_create(2).
    package static func make(label: String, isSealable: Bool = false) throws(Errno) -> Int32 {
        let flags = isSealable ? CLINUX_MFD_CLOEXEC | CLINUX_MFD_ALLOW_SEALING : CLINUX_MFD_CLOEXEC
        let descriptor = clinux_memfd_create(label, flags)
        guard descriptor >= 0 else { throw Errno.last }
        return descriptor
    }

    /// Writes to a file from its beginning on.
    ///
    /// - Parameters:
    ///   - bytes: what to write.
    ///   - descriptor: the file.
    /// - Throws: the error of pwrite(2).
    package static func write(_ bytes: Span<UInt8>, to descriptor: Int32) throws(Errno) {
        var written = 0
        while written < bytes.count {
            // The pointer does not leave the call.
            let count = bytes.extracting(written...).withUnsafeBytes { rest in
                retrying { pwrite(descriptor, rest.baseAddress, rest.count, written) }
            }
            guard count > 0 else { throw count < 0 ? Errno.last : Errno(ENOSPC) }
            written += count
        }
    }

    /// Reads a file from its beginning to its end.
    ///
    /// - Parameter descriptor: the file.
    /// - Returns: its bytes.
    /// - Throws: the error of pread(2).
    package static func contents(of descriptor: Int32) throws(Errno) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            // At most the buffer's bytes.
            let count = buffer.withUnsafeMutableBytes { buffer in
                retrying { pread(descriptor, buffer.baseAddress, buffer.count, bytes.count) }
            }
            guard count >= 0 else { throw Errno.last }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
