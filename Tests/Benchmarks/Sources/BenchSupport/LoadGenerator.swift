import CBench
import Glibc

/// One run against a hello server: `connections` exchanges, `inFlight` of them at any moment, from this thread.
///
/// An exchange connects, sends `Hello, server!`, reads until the server's end of stream, and closes. Anything but
/// exactly `Hello, client!` in between ends the run with an error, as does ten seconds without any progress.
/// The server closes first, so the TIME_WAIT states are its own and local ports do not run out.
package struct LoadGenerator {
    package struct Result {
        package let seconds: Double
        /// Nanoseconds from connect(2) to the end of stream, ascending.
        package let latencies: [UInt64]

        package var connectionsPerSecond: Double { Double(latencies.count) / seconds }

        package func percentileMicroseconds(_ percentile: Double) -> Double {
            let index = min(latencies.count - 1, Int(Double(latencies.count) * percentile / 100))
            return Double(latencies[index]) / 1000
        }
    }

    private struct Exchange {
        var descriptor: Int32 = -1
        var started: UInt64 = 0
        var isSent = false
        var received = 0
    }

    private static let request = Array("Hello, server!".utf8)
    private static let reply = Array("Hello, client!".utf8)

    private let address: sockaddr_in
    private let connections: Int
    private let epoll: Int32
    private var exchanges: [Exchange]
    private var started = 0
    private var latencies: [UInt64] = []
    private var buffer = [UInt8](repeating: 0, count: 64)

    package static func run(port: UInt16, connections: Int, inFlight: Int) throws(BenchError) -> Result {
        var generator = try LoadGenerator(port: port, connections: connections, inFlight: inFlight)
        defer { generator.closeAll() }
        return try generator.run()
    }

    private init(port: UInt16, connections: Int, inFlight: Int) throws(BenchError) {
        address = Sockets.loopback(port: port)
        self.connections = connections
        exchanges = Array(repeating: Exchange(), count: min(inFlight, connections))
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw BenchError("epoll_create1", code: errno) }
        latencies.reserveCapacity(connections)
    }

    private func closeAll() {
        for exchange in exchanges where exchange.descriptor >= 0 {
            close(exchange.descriptor)
        }
        close(epoll)
    }

    private mutating func run() throws(BenchError) -> Result {
        let begin = Clock.monotonic()
        for index in exchanges.indices {
            try start(index)
        }
        var events = [epoll_event](repeating: epoll_event(), count: exchanges.count)
        while latencies.count < connections {
            let count = epoll_wait(epoll, &events, Int32(events.count), 10_000)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw BenchError("epoll_wait", code: errno) }
            guard count > 0 else {
                throw BenchError("no answer for 10 s, after \(latencies.count) of \(connections) connections")
            }
            for event in events.prefix(Int(count)) {
                try advance(Int(event.data.u32))
            }
        }
        let seconds = Double(Clock.monotonic() - begin) / 1e9
        return Result(seconds: seconds, latencies: latencies.sorted())
    }

    private mutating func start(_ index: Int) throws(BenchError) {
        let descriptor = socket(
            AF_INET,
            Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { throw BenchError("socket", code: errno) }
        exchanges[index] = Exchange(descriptor: descriptor, started: Clock.monotonic())
        started += 1
        if Sockets.connect(descriptor, to: address) != 0 && errno != EINPROGRESS {
            throw BenchError("connect to port \(UInt16(bigEndian: address.sin_port))", code: errno)
        }
        // On loopback the handshake is over by now, nearly always.
        try send(index)
        let interest = exchanges[index].isSent ? EPOLLIN : EPOLLOUT
        try watch(index, for: interest, by: EPOLL_CTL_ADD)
    }

    private mutating func send(_ index: Int) throws(BenchError) {
        let descriptor = exchanges[index].descriptor
        let count = Glibc.send(descriptor, Self.request, Self.request.count, Int32(MSG_NOSIGNAL))
        if count == Self.request.count {
            exchanges[index].isSent = true
        } else if count >= 0 || errno != EAGAIN {
            throw BenchError("send", code: count >= 0 ? EIO : errno)
        }
    }

    private func watch(_ index: Int, for interest: EPOLL_EVENTS, by operation: Int32) throws(BenchError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u32 = UInt32(index)
        guard epoll_ctl(epoll, operation, exchanges[index].descriptor, &event) == 0 else {
            throw BenchError("epoll_ctl", code: errno)
        }
    }

    private mutating func advance(_ index: Int) throws(BenchError) {
        guard exchanges[index].isSent else {
            try send(index)
            if exchanges[index].isSent { try watch(index, for: EPOLLIN, by: EPOLL_CTL_MOD) }
            return
        }
        while true {
            let count = recv(exchanges[index].descriptor, &buffer, buffer.count, 0)
            if count < 0 && errno == EAGAIN { return }
            guard count >= 0 else {
                throw BenchError("receive after \(exchanges[index].received) bytes of the answer", code: errno)
            }
            if count == 0 { return try finish(index) }
            let offset = exchanges[index].received
            guard Self.reply.dropFirst(offset).starts(with: buffer.prefix(count)) else {
                throw BenchError("wrong answer: \(String(decoding: buffer.prefix(count), as: UTF8.self))")
            }
            exchanges[index].received += count
        }
    }

    private mutating func finish(_ index: Int) throws(BenchError) {
        guard exchanges[index].received == Self.reply.count else {
            throw BenchError("the answer ended after \(exchanges[index].received) of \(Self.reply.count) bytes")
        }
        latencies.append(Clock.monotonic() - exchanges[index].started)
        close(exchanges[index].descriptor)
        exchanges[index].descriptor = -1
        if started < connections { try start(index) }
    }
}
