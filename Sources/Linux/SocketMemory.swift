import CLinux
import Glibc

/// The kernel's counters of a socket, SO_MEMINFO; see linux/sock_diag.h.
package enum SocketMemory {
    /// A datagram takes at least so much memory beyond its bytes: half of a socket buffer's own.
    package static let leastOverhead = 512

    /// The size that a Unix socket is assumed to hold.
    ///
    /// The kernel counts the memory at the senders, and lets only net.unix.max_dgram_qlen datagrams wait; see unix(7).
    private static let unixBytes = 4 * 1024 * 1024

    /// Whether it is a Unix socket.
    package static func isUnix(_ socket: Int32) -> Bool {
        var domain: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length)
        return domain == AF_UNIX
    }

    /// The memory of what the socket has received and holds.
    package static func bytesHeld(by socket: Int32) -> Int {
        guard !isUnix(socket) else { return unixBytes }
        return counters(of: socket).map { Int($0[0]) } ?? 0
    }

    /// Whether what the socket has received takes at most half of the memory that it may take; false where that is unknown.
    package static func isHalfFree(_ socket: Int32) -> Bool {
        counters(of: socket).map { $0[0] <= $0[1] / 2 } ?? false
    }

    /// The datagrams that were dropped so far, as by SO_RXQ_OVFL; it wraps.
    ///
    /// Nil: unknown.
    package static func drops(of socket: Int32) -> UInt32? {
        counters(of: socket)?[8]
    }

    private static func counters(of socket: Int32) -> InlineArray<9, UInt32>? {
        var counters = InlineArray<9, UInt32>(repeating: 0)
        var length = socklen_t(MemoryLayout<InlineArray<9, UInt32>>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_MEMINFO, &counters, &length) == 0 else { return nil }
        return counters
    }
}
