import BenchSupport
import Glibc

/// Sends a stock of messages over connections, from this thread, as fast as the server takes them.
struct Load {
    private struct Connection {
        let descriptor: Int32
        /// What is left to send of the stock's bytes, and the message in it that is next to end.
        var position: Int
        let end: Int
        var message: Int
    }

    private static let blockSize = 65536
    private static let patience: Int32 = 20_000

    private let stock: MessageStock
    private let mode: WriteMode
    private var connections: [Connection] = []

    /// Sends everything, ends the sending sides, and waits until the server has closed all connections.
    static func run(_ stock: MessageStock, port: UInt16, connections: Int, mode: WriteMode) throws(BenchError) {
        var load = Load(stock: stock, mode: mode)
        defer {
            for connection in load.connections { close(connection.descriptor) }
        }
        try load.connect(connections, port: port)
        try load.send()
        try load.awaitClose()
    }

    private init(stock: MessageStock, mode: WriteMode) {
        self.stock = stock
        self.mode = mode
    }

    private mutating func connect(_ count: Int, port: UInt16) throws(BenchError) {
        let address = Sockets.loopback(port: port)
        for index in 0..<count {
            let first = stock.count * index / count
            let last = stock.count * (index + 1) / count
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw BenchError("socket", code: errno) }
            connections.append(
                Connection(
                    descriptor: descriptor,
                    position: first == 0 ? 0 : stock.ends[first - 1],
                    end: last == 0 ? 0 : stock.ends[last - 1],
                    message: first
                )
            )
            guard Sockets.connect(descriptor, to: address) == 0 else { throw BenchError("connect", code: errno) }
        }
    }

    /// One write for each connection in turn; waits when none takes any.
    private mutating func send() throws(BenchError) {
        var unfinished = Array(connections.indices)
        while !unfinished.isEmpty {
            var hasSent = false
            for index in unfinished {
                if try write(index) { hasSent = true }
            }
            unfinished.removeAll { connections[$0].position == connections[$0].end }
            guard !hasSent else { continue }
            var polled = unfinished.map { pollfd(fd: connections[$0].descriptor, events: Int16(POLLOUT), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), Self.patience) > 0 else {
                throw BenchError("the server took nothing for \(Self.patience / 1000) s")
            }
        }
        for connection in connections { shutdown(connection.descriptor, Int32(SHUT_WR)) }
    }

    /// Returns false when the connection takes nothing now.
    private mutating func write(_ index: Int) throws(BenchError) -> Bool {
        let connection = connections[index]
        let goal =
            switch mode {
            case .blocks: min(connection.position + Self.blockSize, connection.end)
            case .messages: stock.ends[connection.message]
            }
        // Both positions are inside of the stock, the first not after the second.
        let count = stock.bytes.withUnsafeBytes { bytes in
            Glibc.send(
                connection.descriptor,
                bytes.baseAddress?.advanced(by: connection.position),
                goal - connection.position,
                Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            )
        }
        guard count >= 0 else {
            guard errno == EAGAIN else { throw BenchError("send", code: errno) }
            return false
        }
        connections[index].position += count
        if mode == .messages, connections[index].position == goal { connections[index].message += 1 }
        return true
    }

    private func awaitClose() throws(BenchError) {
        for connection in connections {
            var polled = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, Self.patience) > 0 else {
                throw BenchError("the server did not close its side for \(Self.patience / 1000) s")
            }
            var byte: UInt8 = 0
            let count = recv(connection.descriptor, &byte, 1, 0)
            guard count == 0 else { throw BenchError("no end of stream from the server", code: count < 0 ? errno : 0) }
        }
    }
}
