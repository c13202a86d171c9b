import Foundation

/// A Unix socket that receives from the code under test.
package final class UnixReceiver {
    package enum Kind {
        case datagram
        case stream
    }

    package struct Failure: Error {
        let operation: String
        let number = errno
    }

    package let descriptor: Int32
    private var isOpen = true

    /// Opens and binds a socket.
    ///
    /// - Parameters:
    ///   - kind: stream or datagrams.
    ///   - path: a path, which must not exist, or `@name` for a name in the abstract namespace.
    /// - Throws: the operation that failed.
    package init(_ kind: Kind, at path: String) throws {
        let type = kind == .datagram ? SOCK_DGRAM : SOCK_STREAM
        descriptor = socket(AF_UNIX, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(operation: "socket") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        if path.hasPrefix("@") {
            address.sun_path.0 = 0
            length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw Failure(operation: "bind \(path)") }
        if kind == .stream, listen(descriptor, 16) != 0 { throw Failure(operation: "listen") }
        makeNonBlocking()
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        makeNonBlocking()
    }

    deinit {
        close()
    }

    private func makeNonBlocking() {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    package func close() {
        if isOpen {
            Foundation.close(descriptor)
        }
        isOpen = false
    }

    /// Receives the bytes that are there now: a datagram, or bytes of a stream; empty at the end of a stream, nil when there is nothing.
    package func poll() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : Array(buffer[..<count])
    }

    /// Waits for the next datagram or bytes; nil when none came.
    package func receive() -> [UInt8]? {
        var received: [UInt8]?
        _ = eventually {
            received = poll()
            return received != nil
        }
        return received
    }

    /// Waits for the next datagram or bytes as text; nil when none came.
    package func receiveText() -> String? {
        receive().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Waits for a connection; nil when none came.
    package func accept() -> UnixReceiver? {
        var connection: Int32 = -1
        let came = eventually {
            connection = Foundation.accept(descriptor, nil, nil)
            return connection >= 0
        }
        return came ? UnixReceiver(descriptor: connection) : nil
    }
}
