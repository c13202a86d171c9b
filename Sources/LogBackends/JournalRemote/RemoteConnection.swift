import CLinux
import Glibc
import Linux

/// A connection to the socket of systemd-journal-remote, a Unix stream.
///
/// Only `wait` waits.
struct RemoteConnection {
    let path: String
    private var descriptor: Int32 = -1

    init(path: String) {
        self.path = path
    }

    var isOpen: Bool { descriptor >= 0 }

    /// Connects.
    ///
    /// - Throws: the error of connect(2), `EAGAIN` when too many connections wait to be accepted.
    mutating func connect() throws(Errno) {
        disconnect()
        descriptor = try UnixSocketAddress(path: path).connectedSocket(type: SOCK_STREAM)
    }

    mutating func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Sends as many bytes as possible.
    ///
    /// - Returns: how many; 0: none now.
    /// - Throws: the error of send(2).
    func send(_ bytes: Span<UInt8>) throws(Errno) -> Int {
        // The pointer does not leave the call.
        let count = bytes.withUnsafeBytes { bytes in
            retrying { Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
        }
        if count >= 0 { return count }
        guard errno == EAGAIN else { throw Errno.last }
        return 0
    }

    /// Receives what is there.
    ///
    /// - Returns: how many bytes; nil: none now.
    /// - Throws: the error of recv(2), `ECONNRESET` at the end of the stream.
    func receive(into buffer: inout [UInt8]) throws(Errno) -> Int? {
        // The pointer does not leave the call.
        let count = buffer.withUnsafeMutableBytes { buffer in
            retrying { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
        }
        if count > 0 { return count }
        if count < 0, errno == EAGAIN { return nil }
        throw count == 0 ? Errno(ECONNRESET) : Errno.last
    }

    /// Waits until there are bytes to receive or the stream ends, and when there are bytes to send, for room.
    ///
    /// - Returns: false when the time is over.
    func wait(toSend: Bool, milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(toSend ? POLLIN | POLLOUT : POLLIN), revents: 0)
        return retrying { poll(&request, 1, milliseconds) } != 0
    }
}
