import CLinux
import Glibc

/// Options of sockets; see setsockopt(2).
package enum SocketOption {
    /// Sets an option with an `int` value.
    ///
    /// - Returns: whether the kernel accepted it.
    @discardableResult
    package static func set(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// Makes the end of a connection by close(2) a reset for its peer, or an orderly one again; see SO_LINGER in socket(7).
    package static func setReset(_ socket: Int32, _ isOn: Bool = true) {
        var value = linger(l_onoff: isOn ? 1 : 0, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }
}
