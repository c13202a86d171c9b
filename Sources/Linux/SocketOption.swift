import CLinux
import Glibc

/// Socket options with an `int` value; see setsockopt(2).
package enum SocketOption {
    /// Sets an option.
    ///
    /// - Returns: whether the kernel accepted it.
    @discardableResult
    package static func set(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }
}
