import CLinux
import Glibc
import Linux

/// A datagram socket and the address that it sends to; closed with the last reference.
///
/// It stays open, so that a process that has used up its descriptors can still send. The address is given with each
/// datagram, as the socket there may be another one from one to the next.
final class NotifySocket: Sendable {
    private let descriptor: Int32
    private let address: UnixSocketAddress

    /// - Parameter path: a path or `@name`.
    init(path: String) throws(Errno) {
        address = try UnixSocketAddress(path: path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Errno.last }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Sends one datagram; waits at most 5 seconds.
    func send(_ text: String) throws(Errno) {
        let bytes = Array(text.utf8)
        let count = retrying {
            address.withSockaddr { sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
        }
        guard count >= 0 else { throw Errno.last }
    }
}
