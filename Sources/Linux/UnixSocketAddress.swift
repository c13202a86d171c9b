package import CLinux
import Glibc

/// The address of a Unix socket; see unix(7).
package struct UnixSocketAddress: Sendable {
    private var address = sockaddr_un()
    private let length: socklen_t

    /// - Parameter path: a path, or `@name` for a name in the abstract namespace.
    /// - Throws: `ENAMETOOLONG` above 107 bytes; `EINVAL` when it is empty or has a NUL in it.
    package init(path: String) throws(Errno) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, !bytes.contains(0) else { throw Errno(EINVAL) }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Errno(ENAMETOOLONG) }
        // A path has a NUL after it, an abstract name has it in front and ends where the length says.
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        address.sun_family = sa_family_t(AF_UNIX)
        // Fits, as asked above; the rest of the field is zero.
        withUnsafeMutableBytes(of: &address.sun_path) { field in
            field.copyBytes(from: bytes)
            if isAbstract {
                field[0] = 0
            }
        }
    }

    /// Connects a socket to it; does not wait when the socket is non-blocking.
    package func connect(_ descriptor: Int32) throws(Errno) {
        guard withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0 else { throw Errno.last }
    }

    /// Calls `body` with the address as bind(2) and connect(2) take it; the pointer must not leave the call.
    package func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        // sockaddr is the common beginning of all socket addresses.
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
