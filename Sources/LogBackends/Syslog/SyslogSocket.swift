import CLinux
import Glibc
import Linux

/// A connection to the socket of a syslog daemon; see syslog(3) and unix(7).
///
/// Only `waitUntilWritable` waits.
struct SyslogSocket {
    private static let interval = Duration.milliseconds(500)

    let path: String
    /// Whether it is a stream, in which a NUL ends each record; otherwise each datagram is a record.
    private(set) var isStream = false
    private var descriptor: Int32 = -1
    private var version: FileVersion?
    private var lastCheck = ContinuousClock.now

    init(path: String) {
        self.path = path
    }

    var isConnected: Bool { descriptor >= 0 }

    /// Connects to the socket at the path: a datagram socket or a stream.
    mutating func connect() throws(Errno) {
        disconnect()
        let address = try UnixSocketAddress(path: path)
        // Looked up first: the next check notices a socket that replaces this one from here on.
        let version = try FileVersion(path: path)
        do throws(Errno) {
            descriptor = try address.connectedSocket(type: SOCK_DGRAM)
            isStream = false
        } catch {
            guard error.number == EPROTOTYPE else { throw error }
            descriptor = try address.connectedSocket(type: SOCK_STREAM)
            isStream = true
        }
        self.version = version
        lastCheck = .now
    }

    mutating func disconnect() {
        if descriptor >= 0 {
            close(descriptor)
        }
        descriptor = -1
    }

    /// Whether another socket is at the path now.
    ///
    /// The old socket may still be open, so that sending to it does not fail. Checked at most every 500 ms.
    mutating func isReplaced() -> Bool {
        let now = ContinuousClock.now
        guard isConnected, now - lastCheck >= Self.interval else { return false }
        lastCheck = now
        guard let found = try? FileVersion(path: path) else { return false }
        return found != version
    }

    /// Sends as many bytes as possible without waiting.
    ///
    /// - Returns: the number of sent bytes; of a datagram, all.
    func send(_ bytes: Span<UInt8>) throws(Errno) -> Int {
        // The pointer does not leave the call.
        let count = bytes.withUnsafeBufferPointer { bytes in
            retrying { Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
        }
        guard count >= 0 else { throw Errno.last }
        return count
    }

    /// Waits until the socket accepts bytes.
    ///
    /// - Returns: false when it did not before the deadline.
    func waitUntilWritable(until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = deadline - .now
            guard left > .zero else { return false }
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            // Rounded up, so that the loop does not spin in the last millisecond.
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            // An error or a closed peer counts as writable: the next send fails.
            if poll(&request, 1, Int32(clamping: milliseconds)) > 0 { return true }
        }
    }
}
