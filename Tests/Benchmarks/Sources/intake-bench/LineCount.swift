import BenchSupport
import CBench
import Glibc

/// Finds a run's messages in the server's file, each by its number; other lines do not count.
struct LineCount {
    private static let mark = Array(" seq=".utf8)
    private static let digits = 7
    /// As long as nothing comes, in nanoseconds.
    static let patience: UInt64 = 5_000_000_000

    private let path: String
    private var offset = 0
    private var rest: [UInt8] = []
    private var isSeen: [Bool]
    private var seen = 0
    /// Messages that are in the file more than once, or were not sent.
    private(set) var surplus = 0

    /// Empties the file: all servers append.
    init(path: String, messages: Int) throws(BenchError) {
        self.path = path
        isSeen = Array(repeating: false, count: messages)
        guard truncate(path, 0) == 0 || errno == ENOENT else { throw BenchError("truncate \(path)", code: errno) }
    }

    var missing: Int { isSeen.count - seen }

    /// Waits until all are there, or nothing has come for a while.
    mutating func awaitAll(patience: UInt64 = Self.patience) throws(BenchError) {
        var deadline = Clock.monotonic() + patience
        while missing > 0, Clock.monotonic() < deadline {
            let before = offset
            try readNew()
            if offset > before { deadline = Clock.monotonic() + patience } else { Clock.sleep(milliseconds: 5) }
        }
    }

    private mutating func readNew() throws(BenchError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return }
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
            // The pointers stay inside of `bytes`: memchr and memmem get only the rest of it.
            guard let base = bytes.baseAddress else { return }
            while let end = memchr(base + start, 0x0A, bytes.count - start) {
                let length = UnsafeRawPointer(end) - (base + start)
                if let found = cbench_find(base + start, length, Self.mark, Self.mark.count) {
                    let number = found - base + Self.mark.count
                    count(bytes[number..<min(number + Self.digits, start + length)])
                }
                start += length + 1
            }
        }
        rest.removeFirst(start)
    }

    private mutating func count(_ digits: Slice<UnsafeRawBufferPointer>) {
        let number = digits.reduce(0) { $0 * 10 + Int($1) - Int(UInt8(ascii: "0")) }
        if isSeen.indices.contains(number), !isSeen[number] {
            isSeen[number] = true
            seen += 1
        } else {
            surplus += 1
        }
    }
}
