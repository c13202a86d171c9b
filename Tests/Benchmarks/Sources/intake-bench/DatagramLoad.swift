import BenchSupport
import Glibc

/// Sends a stock of messages as datagrams at a steady rate, from this thread.
enum DatagramLoad {
    /// So many bursts a second.
    private static let bursts = 1000

    static func run(_ stock: MessageStock, port: UInt16, rate: Int) throws(BenchError) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket", code: errno) }
        defer { close(descriptor) }
        let address = Sockets.loopback(port: port)
        guard Sockets.connect(descriptor, to: address) == 0 else { throw BenchError("connect", code: errno) }
        let begin = Clock.monotonic()
        var sent = 0
        while sent < stock.count {
            let due = Int((Clock.monotonic() - begin) / 1000) * rate / 1_000_000
            while sent < min(due, stock.count) {
                try send(stock, sent, descriptor)
                sent += 1
            }
            usleep(UInt32(1_000_000 / bursts))
        }
    }

    private static func send(_ stock: MessageStock, _ number: Int, _ descriptor: Int32) throws(BenchError) {
        let start = number == 0 ? 0 : stock.ends[number - 1]
        // Without the newline. Both positions are inside of the stock.
        let count = stock.bytes.withUnsafeBytes { bytes in
            Glibc.send(descriptor, bytes.baseAddress?.advanced(by: start), stock.ends[number] - 1 - start, 0)
        }
        guard count >= 0 else { throw BenchError("send", code: errno) }
    }
}
