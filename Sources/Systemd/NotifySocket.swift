import CLinux
import Glibc
import Linux

/// A datagram socket with its destination; the last reference closes it.
///
/// It stays open, so that a process without free descriptors can still send. It is not connected, since another socket may
/// replace the one at the address.
final class NotifySocket: Sendable {
    private let descriptor: Int32
    private let address: UnixSocketAddress

    /// Opens a socket.
    ///
    /// - Parameter path: a path or `@name`.
    /// - Throws: the error of socket(2), or of the path.
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

    /// Sends one datagram, with descriptors if any; waits at most 5 seconds.
    ///
    /// - Throws: the error of sendmsg(2).
    func send(_ text: String, _ descriptors: [Int32] = []) throws(Errno) {
        try DescriptorMessage(Array(text.utf8), descriptors).send(over: descriptor, to: address)
    }
}
