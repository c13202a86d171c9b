import Foundation
import Synchronization

@testable import SocketServer

/// A client's socket; blocking calls give up after 20 s.
final class Client: Sendable {
    struct Failure: Error, Equatable {
        let operation: String
        let number: Int32
    }

    let descriptor: Int32
    private let isOpen = Atomic<Bool>(true)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Connects a stream or datagram socket.
    convenience init(_ address: ListenAddress) throws {
        switch address {
        case .tcp(let host, let port): try self.init(host, port, SOCK_STREAM)
        case .udp(let host, let port): try self.init(host, port, SOCK_DGRAM)
        case .unix(let path): try self.init(path, SOCK_STREAM)
        case .unixDatagram(let path): try self.init(path, SOCK_DGRAM)
        }
    }

    private convenience init(_ host: String, _ port: UInt16, _ type: __socket_type) throws {
        if host.contains(":") {
            self.init(descriptor: socket(AF_INET6, Int32(type.rawValue), 0))
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            inet_pton(AF_INET6, host, &name.sin6_addr)
            try connect(&name)
        } else {
            self.init(descriptor: socket(AF_INET, Int32(type.rawValue), 0))
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            inet_pton(AF_INET, host, &name.sin_addr)
            try connect(&name)
        }
    }

    private convenience init(_ path: String, _ type: __socket_type) throws {
        self.init(descriptor: socket(AF_UNIX, Int32(type.rawValue), 0))
        var (name, length) = Self.name(path)
        try connect(&name, length)
    }

    static func name(_ path: String) -> (sockaddr_un, socklen_t) {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        if path.hasPrefix("@") { name.sun_path.0 = 0 }
        return (name, socklen_t(2 + path.utf8.count + (path.hasPrefix("@") ? 0 : 1)))
    }

    private func connect<Name>(_ name: inout Name, _ length: socklen_t? = nil) throws {
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, length ?? socklen_t(MemoryLayout<Name>.size))
            }
        }
        guard result == 0 else { throw Failure(operation: "connect", number: errno) }
    }

    /// Gives a Unix datagram socket a name, to be replied to.
    func bind(_ path: String) throws {
        var (name, length) = Self.name(path)
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw Failure(operation: "bind", number: errno) }
    }

    deinit { close() }

    func close() {
        if isOpen.exchange(false, ordering: .relaxed) { Foundation.close(descriptor) }
    }

    /// Closes so that the other side sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        repeat {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else { throw Failure(operation: "send", number: errno) }
            sent += count
        } while sent < bytes.count
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func endOutput() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// The next bytes; empty at the end of the stream.
    func receive(_ limit: Int = 1 << 16) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, 0)
        guard count >= 0 else { throw Failure(operation: "receive", number: errno) }
        return Array(buffer[..<count])
    }

    func receiveText() throws -> String {
        String(decoding: try receive(), as: UTF8.self)
    }

    /// Everything up to the end of the stream.
    func receiveAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = try receive()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    func receiveAllText() throws -> String {
        String(decoding: try receiveAll(), as: UTF8.self)
    }

    /// Whether there is nothing to receive now, not even an end.
    var isQuiet: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) < 0 && errno == EAGAIN
    }
}
