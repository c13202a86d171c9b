import CLinux
import Glibc
import Linux

/// The last byte received from a Unix socket, left with the kernel, which does for it what SO_LINGER does for TCP: closed
/// with unread data, by whatever closes it, the socket is reset (ECONNRESET) rather than ended.
///
/// An urgent byte, which is no part of the stream, may be that byte.
struct WithheldByte {
    /// Whether a byte was received, or is urgent, and is still with the kernel.
    var isWithheld = false

    /// Sets an option of the socket; to be called once.
    func prepare(_ descriptor: Int32) {
        // Otherwise urgent bytes are beside the others: they are counted with them, though no receive brings them, and
        // the kernel removes them when it likes.
        SocketOption.set(descriptor, SOL_SOCKET, SO_OOBINLINE, 1)
    }

    /// Whether the next byte is the urgent one.
    private func isAtMark(_ descriptor: Int32) -> Bool {
        var isAtMark: Int32 = 0
        return ioctl(descriptor, UInt(SIOCATMARK), &isAtMark) == 0 && isAtMark != 0
    }

    /// Receives, but leaves the last byte with the kernel.
    ///
    /// - Parameters:
    ///   - descriptor: the socket.
    ///   - buffer: where to put the bytes.
    ///   - limit: the most to receive, with the byte that was left before.
    ///   - start: where in the buffer the bytes begin: after the one that was left before, which comes again.
    ///   - hasPeerEnded: whether the peer has ended its side of the stream.
    /// - Returns: how many there are; 0 at the end of the stream; -1 as recv(2).
    mutating func receive(
        from descriptor: Int32,
        into buffer: UnsafeMutableRawBufferPointer,
        _ limit: Int,
        _ start: inout Int,
        hasPeerEnded: Bool
    ) -> Int {
        while true {
            if !isWithheld, isAtMark(descriptor) { isWithheld = true }
            let count = recv(descriptor, buffer.baseAddress, limit, Int32(MSG_PEEK))
            guard count > 0 else { return count }
            if isWithheld, count == 1 {
                guard StreamSocket.bytesInQueue(of: descriptor) > 1 else {
                    guard !hasPeerEnded else { return 0 }
                    errno = EAGAIN
                    return -1
                }
                // A receive stops before an urgent byte, at descriptors, and where another process has written. What is
                // after the byte keeps the reset in force.
                guard recv(descriptor, buffer.baseAddress, 1, 0) == 1 else { return -1 }
                isWithheld = false
                continue
            }
            let taken = count > 1 ? recv(descriptor, buffer.baseAddress, count - 1, 0) : 0
            guard taken == count - 1 else { return -1 }
            start = isWithheld ? 1 : 0
            isWithheld = true
            return count - start
        }
    }

    /// Takes the byte from the kernel, so that the socket can end.
    mutating func take(from descriptor: Int32) {
        var byte: UInt8 = 0
        if isWithheld { recv(descriptor, &byte, 1, 0) }
        isWithheld = false
    }
}
