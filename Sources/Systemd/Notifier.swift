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

    /// Why there is no socket is thrown where something is sent.
    private let socket: Result<NotifySocket, Errno>?

    /// - Parameter socketPath: a path or `@name`; nil or empty: nobody is to be told.
    public init(socketPath: String? = Environment.value("NOTIFY_SOCKET")) {
        guard let socketPath, !socketPath.isEmpty else {
            socket = nil
            return
        }
        do throws(Errno) {
            socket = .success(try NotifySocket(path: socketPath))
        } catch {
            socket = .failure(error)
        }
    }

    /// Whether anybody listens.
    public var isEnabled: Bool { socket != nil }

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
        try socket?.get().send(state)
    }
}
