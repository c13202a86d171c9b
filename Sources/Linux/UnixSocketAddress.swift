package import CLinux
import Glibc

/// The address of a Unix socket; see unix(7).
package struct UnixSocketAddress: Sendable {
    private var address = sockaddr_un()
    private let length: socklen_t

    /// - Parameter path: a path, or `@name` for a name in the abstract namespace.
    /// - Throws: `ENAMETOOLONG` above 107 bytes; `EINVAL` when it is empty or contains a NUL.
    package init(path: String) throws(Errno) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, !bytes.contains(0) else { throw Errno(EINVAL) }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Errno(ENAMETOOLONG) }
        // A path ends with a NUL; an abstract name begins with a NUL, and the length determines its end.
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        address.sun_family = sa_family_t(AF_UNIX)
        // The bytes fit, as checked above; the rest of the field is zero.
        withUnsafeMutableBytes(of: &address.sun_path) { field in
            field.copyBytes(from: bytes)
            if isAbstract {
                field[0] = 0
            }
        }
    }

    /// Makes a socket that does not wait and is closed on exec, and connects it to the address.
    ///
    /// - Parameter type: `SOCK_DGRAM` or `SOCK_STREAM`.
    /// - Returns: its descriptor, which the caller owns.
    /// - Throws: the error of socket(2) or connect(2).
    package func connectedSocket(type: __socket_type) throws(Errno) -> Int32 {
        let flags = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_UNIX, Int32(type.rawValue | flags), 0)
        guard descriptor >= 0 else { throw Errno.last }
        guard withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let reason = Errno.last
            close(descriptor)
            throw reason
        }
        return descriptor
    }

    /// Calls `body` with the address for bind(2) or connect(2); the pointer must not leave the call.
    package func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        // sockaddr is the common beginning of all socket addresses.
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
