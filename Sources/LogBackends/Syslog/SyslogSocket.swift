import CLinux
import Glibc
import Linux

/// A connection to the socket of a syslog daemon; see syslog(3) and unix(7).
///
/// It never waits except in `waitUntilWritable`.
struct SyslogSocket {
    private static let interval = Duration.milliseconds(500)

    let path: String
    /// Whether it is a stream, where a NUL ends each record; otherwise each datagram is one.
    private(set) var isStream = false
    private var descriptor: Int32 = -1
    private var identity: FileIdentity?
    private var lastCheck = ContinuousClock.now

    init(path: String) {
        self.path = path
    }

    var isConnected: Bool { descriptor >= 0 }

    /// Connects to what is at the path now, a datagram socket or a stream.
    mutating func connect() throws(Errno) {
        disconnect()
        let address = try UnixSocketAddress(path: path)
        // Looked up first: a socket that takes its place from here on is noticed at the next look.
        let identity = try FileIdentity(path: path)
        do throws(Errno) {
            descriptor = try Self.connect(address, type: Int32(SOCK_DGRAM.rawValue))
            isStream = false
        } catch {
            guard error.number == EPROTOTYPE else { throw error }
            descriptor = try Self.connect(address, type: Int32(SOCK_STREAM.rawValue))
            isStream = true
        }
        self.identity = identity
        lastCheck = .now
    }

    private static func connect(_ address: UnixSocketAddress, type: Int32) throws(Errno) -> Int32 {
        let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type | flags, 0)
        guard descriptor >= 0 else { throw Errno.last }
        do throws(Errno) {
            try address.connect(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    mutating func disconnect() {
        if descriptor >= 0 {
            close(descriptor)
        }
        descriptor = -1
    }

    /// Whether another socket has taken the place of the one connected to.
    ///
    /// The old one may still be open, and nothing but this would tell. Looks at most every 500 ms.
    mutating func isReplaced() -> Bool {
        let now = ContinuousClock.now
        guard isConnected, now - lastCheck >= Self.interval else { return false }
        lastCheck = now
        guard let found = try? FileIdentity(path: path) else { return false }
        return found != identity
    }

    /// Sends what can be sent at once.
    ///
    /// - Returns: how many bytes were taken; of a datagram, all.
    func send(_ bytes: Span<UInt8>) throws(Errno) -> Int {
        while true {
            // The pointer does not leave the call.
            let count = bytes.withUnsafeBufferPointer {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw Errno.last }
        }
    }

    /// Waits until something can be sent again.
    ///
    /// - Returns: false when that did not come to be before the deadline.
    func waitUntilWritable(until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = deadline - .now
            guard left > .zero else { return false }
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            // Rounded up, so that the last part of a millisecond is not spent in a circle. The deadline is near.
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            // An error or a closed peer counts as writable: the next send says what it is.
            if poll(&request, 1, Int32(clamping: milliseconds)) > 0 { return true }
        }
    }
}
