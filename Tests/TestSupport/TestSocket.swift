import Foundation

/// A client's or a receiver's socket; every call that waits fails when its deadline is over.
package final class TestSocket {
    package struct Failure: Error, CustomStringConvertible {
        package let operation: String
        /// As in errno(3); `EAGAIN` when the deadline is over.
        package let number: Int32

        init(_ operation: String, _ number: Int32 = errno) {
            self.operation = operation
            self.number = number
        }

        package var description: String { "cannot \(operation): \(String(cString: strerror(number)))" }
    }

    package private(set) var descriptor: Int32

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: in the daemon's text form.
    ///   - source: the local address; nil: the system chooses, and a Unix socket has no name.
    ///   - buffer: the size of the receive buffer, so that little is received without being read.
    ///   - deadline: how many seconds each operation may take.
    /// - Throws: why it does not connect.
    package init(to address: String, from source: String? = nil, buffer: Int32? = nil, deadline: Int = 30) throws {
        let target = try TestAddress(address)
        descriptor = socket(target.family, target.type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("make a socket") }
        setDeadline(deadline)
        if let buffer { set(SOL_SOCKET, SO_RCVBUF, buffer) }
        if let source { try call("bind to \(source)", TestAddress(source), bind) }
        try call("connect to \(address)", target, connect)
    }

    /// Binds, and listens where it is a stream.
    package init(at address: String) throws {
        let own = try TestAddress(address)
        descriptor = socket(own.family, own.type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("make a socket") }
        setDeadline(30)
        try call("bind to \(address)", own, bind)
        if own.type == Int32(SOCK_STREAM.rawValue) { listen(descriptor, 16) }
    }

    deinit {
        close()
    }

    package func close() {
        if descriptor >= 0 { Foundation.close(descriptor) }
        descriptor = -1
    }

    /// Ends the connection with a reset.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Ends our side of the stream.
    package func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    // MARK: data

    package func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        repeat {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else { throw Failure("send") }
            rest = rest.dropFirst(count)
        } while !rest.isEmpty
    }

    /// Sends as many bytes as possible without waiting.
    ///
    /// - Returns: how much; nil when nothing is taken now.
    package func offer(_ bytes: [UInt8]) throws -> Int? {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = Foundation.send(descriptor, bytes, bytes.count, flags)
        if count < 0, errno != EAGAIN { throw Failure("send") }
        return count < 0 ? nil : count
    }

    /// The next bytes, or datagram; empty at the end of a stream.
    package func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure("receive") }
        return Array(buffer[..<count])
    }

    /// As many bytes of a stream, or fewer when it ends before.
    package func receive(count: Int) throws -> [UInt8] {
        var received: [UInt8] = []
        while received.count < count {
            let more = try receive()
            if more.isEmpty { break }
            received += more
        }
        return received
    }

    /// Everything up to the end of the stream, as text.
    package func receiveToEnd() throws -> String {
        String(decoding: try receive(count: .max), as: UTF8.self)
    }

    /// Whether something can be received now.
    package var hasInput: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    // MARK: -

    /// Our own end as the daemon writes it: `127.0.0.1:40000`, `[::1]:40000`.
    package var name: String {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                getsockname(descriptor, name, &length)
                return getnameinfo(
                    name,
                    length,
                    &host,
                    socklen_t(host.count),
                    &port,
                    socklen_t(port.count),
                    NI_NUMERICHOST | NI_NUMERICSERV
                )
            }
        }
        let (hostText, portText) = (Self.text(host), Self.text(port))
        guard result == 0 else { return "?" }
        return hostText.contains(":") ? "[\(hostText)]:\(portText)" : "\(hostText):\(portText)"
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func setDeadline(_ seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func call(
        _ operation: String,
        _ address: TestAddress,
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws {
        let result = address.bytes.withUnsafeBytes { bytes -> Int32 in
            guard let name = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else { return -1 }
            return function(descriptor, name, socklen_t(bytes.count))
        }
        guard result == 0 else {
            let failure = Failure(operation)
            close()
            throw failure
        }
    }
}
