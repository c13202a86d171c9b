import CLinux
import Glibc
public import Linux

/// Reports the state of this service to the service manager; see sd_notify(3).
///
/// Each message is one datagram to the socket in `$NOTIFY_SOCKET`. Without the variable, all methods do nothing and
/// succeed. A method waits at most 5 seconds for a manager that does not read.
public struct Notifier: Sendable {
    /// systemd ignores datagrams above 4096 bytes.
    private static let statusLimit = 2048

    /// The socket, or the error of opening it, which each method throws; nil without a path.
    private let socket: Result<NotifySocket, Errno>?

    /// Makes a notifier.
    ///
    /// - Parameter socketPath: a path or `@name`; nil or empty: no messages are sent.
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

    /// Whether messages are sent.
    public var isEnabled: Bool { socket != nil }

    /// Reports that the service has started, or has finished reloading.
    ///
    /// - Throws: the error of socket(2) or sendmsg(2).
    public func ready() throws(Errno) {
        try send("READY=1")
    }

    /// Reports that the service is shutting down.
    ///
    /// - Throws: the error of socket(2) or sendmsg(2).
    public func stopping() throws(Errno) {
        try send("STOPPING=1")
    }

    /// Reports that the service is reloading its configuration; `ready` must follow.
    ///
    /// - Throws: the error of socket(2) or sendmsg(2).
    public func reloading() throws(Errno) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        try send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// Sets the text that `systemctl status` shows.
    ///
    /// Control characters become spaces, and text above 2048 bytes is cut.
    ///
    /// - Throws: the error of socket(2) or sendmsg(2).
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

    /// Reports that the service is alive; must be called at least once every `Watchdog.interval`.
    ///
    /// - Throws: the error of socket(2) or sendmsg(2).
    public func watchdog() throws(Errno) {
        try send("WATCHDOG=1")
    }

    /// Sends assignments, one on each line, with descriptors if any.
    ///
    /// - Parameters:
    ///   - state: the assignments.
    ///   - descriptors: at most 253. They stay open here.
    /// - Throws: the error of socket(2) or sendmsg(2).
    public func send(_ state: String, _ descriptors: [Int32] = []) throws(Errno) {
        try socket?.get().send(state, descriptors)
    }
}
