import CLinux
import Glibc
import Linux

/// Lets the kernel find out that a peer has vanished, within ten minutes; see tcp(7).
enum KeepAlive {
    private static let idleSeconds: Int32 = 300
    private static let probeSeconds: Int32 = 30
    private static let probes: Int32 = 8
    /// How long data may stay without an acknowledgement.
    private static let unacknowledgedMilliseconds: Int32 = 540_000

    /// Sets the options of a connection.
    static func set(_ socket: Int32) {
        SocketOption.set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
        let tcp = Int32(IPPROTO_TCP)
        SocketOption.set(socket, tcp, TCP_KEEPIDLE, idleSeconds)
        SocketOption.set(socket, tcp, TCP_KEEPINTVL, probeSeconds)
        SocketOption.set(socket, tcp, TCP_KEEPCNT, probes)
    }

    /// Sets the option of a listening socket, whose connections inherit it; for protocols that reply.
    static func setForReplies(_ socket: Int32) {
        SocketOption.set(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, unacknowledgedMilliseconds)
    }
}
