import CLinux
import Glibc
import Linux

/// Receiving in two steps: look at what has come, and take a part of it.
extension StreamSocket {
    /// Whether bytes that were peeked at may stay with the kernel, which reports those that come after them.
    ///
    /// Not after the peer's end, nor with urgent data, at which a receive stops. And not with a Unix socket: whether its
    /// sender has no more room, and waits, cannot be found out at this end.
    var mayLeave: Bool { !isEncrypted && !mayStopEarly }

    /// The most bytes that can stay with the kernel so that more can come: the rest of them is room for others.
    ///
    /// The peer may always send as much as `rcv_ssthresh`, which the kernel lowers where its own memory is scarce.
    var maxLeft: Int {
        var info = tcp_info()
        var length = socklen_t(MemoryLayout<tcp_info>.size)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0 else { return 0 }
        return Int(info.tcpi_rcv_ssthresh) / 2
    }

    /// Whether the kernel has room for what comes next, beside what is left with it.
    ///
    /// A few bytes may keep the memory of all that came with them, so that the peer could never send the rest.
    var hasRoom: Bool { SocketMemory.isHalfFree(descriptor) }

    /// Looks at the bytes that have come.
    ///
    /// - Parameters:
    ///   - buffer: where to put them.
    ///   - limit: the most to look at, which is at most the buffer's size.
    /// - Returns: nil where there are none, which a receive explains.
    func peek(into buffer: UnsafeMutableRawBufferPointer, limit: Int) -> UnsafeBufferPointer<UInt8>? {
        let count = recv(descriptor, buffer.baseAddress, limit, Int32(MSG_PEEK))
        guard count > 0 else { return nil }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count]).bindMemory(to: UInt8.self)
    }

    /// Takes bytes that were peeked at from the kernel, and leaves the others there.
    ///
    /// - Parameters:
    ///   - count: how many to take.
    ///   - peeked: how many were peeked at.
    ///   - isAll: whether there were no more.
    /// - Returns: false where they cannot be taken, as errno says.
    mutating func take(_ count: Int, of peeked: Int, isAll: Bool) -> Bool {
        // With MSG_TRUNC they are not copied; see tcp(7).
        guard count == 0 || recv(descriptor, nil, count, Int32(MSG_TRUNC)) == count else { return false }
        bytesReceived &+= count
        // Those that are left need not be looked at again until more come.
        hasInput = !isAll && count > 0
        return true
    }
}
