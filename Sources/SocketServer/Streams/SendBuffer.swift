import CLinux
import Glibc
import Linux

/// Bytes that a stream socket is to send, and how many of them it has taken.
struct SendBuffer {
    private var bytes: [UInt8] = []
    /// How many of `bytes` the socket has taken.
    private var start = 0
    private var flags = Int32(MSG_NOSIGNAL)
    /// How many bytes the socket has taken in all.
    private(set) var sentCount = 0

    /// How many bytes wait for the socket to take them.
    var unsentCount: Int { bytes.count - start }

    /// Adds bytes after those that the socket has not taken yet.
    ///
    /// - Parameters:
    ///   - new: the bytes.
    ///   - isLast: whether the end of the stream follows them.
    mutating func add(_ new: [UInt8], isLast: Bool) {
        if start < bytes.count { bytes += new } else { (bytes, start) = (new, 0) }
        // With MSG_MORE the last reply and the end of the stream leave in one segment.
        if isLast { flags |= Int32(MSG_MORE) }
    }

    /// Sends as much as the socket takes.
    mutating func send(over descriptor: Int32) -> StreamSocket.Sent {
        let first = start
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start, flags)
            }
            guard count >= 0 else {
                let error = Errno.last
                guard error.number == EAGAIN || error.number == EINTR else { return .failed(error) }
                return start > first ? .some : .nothing
            }
            start += count
            sentCount &+= count
        }
        return .all
    }

    /// Returns the bytes, which are kept until then, and forgets them.
    mutating func take() -> [UInt8] {
        defer { (bytes, start) = ([], 0) }
        return bytes
    }
}
