import CLinux
import Glibc
public import Linux

/// Tells the service manager how this service is doing; see sd_notify(3).
///
/// Each message is one datagram to the socket in `$NOTIFY_SOCKET`. Without one, nothing is sent and nothing fails.
/// A manager that does not read is waited for at most 5 seconds.
public struct Notifier: Sendable {
    /// systemd ignores datagrams above 4096 bytes.
    private static let statusLimit = 2048

    private let socketPath: String?

    /// - Parameter socketPath: a path or `@name`; nil or empty: nobody is to be told.
    public init(socketPath: String? = Environment.value("NOTIFY_SOCKET")) {
        self.socketPath = socketPath?.isEmpty == true ? nil : socketPath
    }

    /// Whether anybody listens.
    public var isEnabled: Bool { socketPath != nil }

    /// The service is up, or has finished reloading.
    public func ready() throws(Errno) {
        try send("READY=1")
    }

    /// The service is shutting down.
    public func stopping() throws(Errno) {
        try send("STOPPING=1")
    }

    /// The service reads its configuration again; `ready` follows.
    public func reloading() throws(Errno) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        try send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// Sets the text that `systemctl status` shows.
    ///
    /// Control characters become spaces, and text above 2048 bytes is cut.
    public func status(_ text: String) throws(Errno) {
        var line = "STATUS="
        var size = 0
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            guard size <= Self.statusLimit else { break }
            line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        try send(line)
    }

    /// The service is alive; due at least once every `Watchdog.interval`.
    public func watchdog() throws(Errno) {
        try send("WATCHDOG=1")
    }

    /// Sends assignments, one a line.
    public func send(_ state: String) throws(Errno) {
        guard let socketPath else { return }
        let address = try UnixSocketAddress(path: socketPath)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Errno.last }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        try address.connect(descriptor)
        let bytes = Array(state.utf8)
        while Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0 {
            guard errno == EINTR else { throw Errno.last }
        }
    }
}
