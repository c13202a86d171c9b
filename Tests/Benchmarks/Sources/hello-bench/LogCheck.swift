import BenchSupport
import Glibc

/// Counts a server's log lines by kind: a server that does not record is not comparable.
struct LogCheck {
    private static let kinds = [
        ":INFO:Connection established with ", ":DEBUG:Received data: Hello, server!",
        ":DEBUG:Sent data: Hello, client!", ":INFO:Connection closed",
    ].map { Array($0.utf8) }

    /// The width of a time such as `2023-09-04 12:00:00,123`.
    private static let timeWidth = 23

    private let path: String
    private var offset = 0
    private var rest: [UInt8] = []
    private var counts = [Int](repeating: 0, count: kinds.count)

    init(path: String) {
        self.path = path
    }

    /// Waits until the file has each of the four lines `connections` times since the beginning, five seconds at most.
    mutating func expect(connections: Int) throws(BenchError) {
        let deadline = Clock.monotonic() + 5_000_000_000
        while true {
            try readNew()
            if counts.allSatisfy({ $0 == connections }) { return }
            guard counts.allSatisfy({ $0 <= connections }), Clock.monotonic() < deadline else {
                throw BenchError("\(path) has \(counts) lines of the four kinds, after \(connections) connections")
            }
            Clock.sleep(milliseconds: 5)
        }
    }

    private mutating func readNew() throws(BenchError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchError("open \(path)", code: errno) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = pread(descriptor, &buffer, buffer.count, off_t(offset))
            guard count >= 0 else { throw BenchError("read \(path)", code: errno) }
            if count == 0 { return }
            offset += count
            rest += buffer.prefix(count)
            countLines()
        }
    }

    private mutating func countLines() {
        var start = 0
        rest.withUnsafeBytes { bytes in
            // The pointers stay inside of `bytes`: memchr and memcmp get only the rest of it.
            guard let base = bytes.baseAddress else { return }
            while let end = memchr(base + start, 0x0A, bytes.count - start) {
                let length = UnsafeRawPointer(end) - (base + start)
                for (index, kind) in Self.kinds.enumerated()
                where length >= Self.timeWidth + kind.count
                    && memcmp(base + start + Self.timeWidth, kind, kind.count) == 0
                {
                    counts[index] += 1
                }
                start += length + 1
            }
        }
        rest.removeFirst(start)
    }
}
