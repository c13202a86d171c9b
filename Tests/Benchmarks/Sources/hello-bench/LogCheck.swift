import BenchSupport
import Glibc

/// Compares a server's log lines with those that it should write: a server that does not record is not comparable.
struct LogCheck {
    /// The first one is followed by the client's address, the others are whole.
    private static let kinds = [
        ":INFO:Connection established with ", ":DEBUG:Received data: Hello, server!",
        ":DEBUG:Sent data: Hello, client!", ":INFO:Connection closed",
    ].map { Array($0.utf8) }
    /// Of the server itself.
    private static let others = [":INFO:sockserved ", ":INFO:Listener ", ":INFO:Stopping"].map { Array($0.utf8) }

    /// The width of a time such as `2023-09-04 12:00:00,123`.
    private static let timeWidth = 23

    private let path: String
    private var offset = 0
    private var rest: [UInt8] = []
    private var counts = [Int](repeating: 0, count: kinds.count)
    /// The first line that should not be there.
    private var wrong: String?

    init(path: String) {
        self.path = path
    }

    /// Waits until the file has each of the four lines `connections` times since the beginning, five seconds at most.
    mutating func expect(connections: Int) throws(BenchError) {
        let deadline = Clock.monotonic() + 5_000_000_000
        while true {
            try readNew()
            if let wrong { throw BenchError("\(path) has the line \(wrong)") }
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
                let text = bytes[min(start + Self.timeWidth, start + length)..<start + length]
                if let index = Self.kind(of: text) {
                    counts[index] += 1
                } else if !Self.others.contains(where: text.starts), wrong == nil {
                    wrong = String(decoding: bytes[start..<start + length], as: UTF8.self)
                }
                start += length + 1
            }
        }
        rest.removeFirst(start)
    }

    /// The kind of a line, given without its time; nil where it is none of the four.
    private static func kind(of text: Slice<UnsafeRawBufferPointer>) -> Int? {
        kinds.firstIndex { kind in
            guard text.starts(with: kind) else { return false }
            let rest = text.dropFirst(kind.count)
            return kind == kinds[0] ? isAddress(rest) : rest.isEmpty
        }
    }

    /// Whether it is the address of a client here, as Python or another server writes it.
    private static func isAddress(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        addresses.contains { start in
            guard text.starts(with: start) else { return false }
            let port = text.dropFirst(start.count).filter { $0 != UInt8(ascii: ")") }
            return (1...5).contains(port.count) && port.allSatisfy { (0x30...0x39).contains($0) }
        }
    }

    private static let addresses = ["127.0.0.1:", "('127.0.0.1', "].map { Array($0.utf8) }
}
