import CLinux
import Glibc
import Linux
import Synchronization

/// The connections that the daemon gives to the next process as it stops, from all threads, and the drops that it has
/// counted.
package final class Handover: Sendable {
    /// A connection without a process: nothing receives from it until one goes on with it.
    package struct Connection: Sendable {
        /// Its socket, which the holder of the value closes.
        package let descriptor: Int32
        package let state: ConnectionState

        /// Makes a connection.
        ///
        /// - Parameters:
        ///   - descriptor: its socket.
        ///   - state: where the earlier process has stopped.
        package init(_ descriptor: Int32, _ state: ConnectionState) {
            self.descriptor = descriptor
            self.state = state
        }
    }

    private let connections = Mutex<[Connection]>([])
    private let droppedCounts = Mutex<[UInt64: UInt32]>([:])

    package init() {}

    /// Adds a connection, of which all that it has brought is committed.
    func add(_ connection: Connection) {
        connections.withLock { $0.append(connection) }
    }

    /// Takes out all connections that were added so far.
    package func takeAll() -> [Connection] {
        connections.withLock { connections in
            defer { connections = [] }
            return connections
        }
    }

    /// Notes the kernel's count of what it dropped at a datagram socket, which goes on as long as systemd has the socket.
    func note(drops: UInt32, of socket: Int32) {
        guard let cookie = Self.cookie(of: socket) else { return }
        droppedCounts.withLock { $0[cookie] = drops }
    }

    /// The drops that are counted, by the socket's cookie.
    package var drops: [UInt64: UInt32] { droppedCounts.withLock { $0 } }

    /// The number that the kernel gives a socket for as long as the host runs; nil where there is none.
    package static func cookie(of socket: Int32) -> UInt64? {
        var cookie: UInt64 = 0
        var length = socklen_t(MemoryLayout<UInt64>.size)
        return getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0 ? cookie : nil
    }

    /// Closes a socket so that its peer sees a reset.
    package static func reset(_ socket: Int32) {
        SocketOption.setReset(socket)
        close(socket)
    }
}
