import CLinux
import Glibc
import Linux
import Synchronization

/// Standard output or standard error, as a destination for records.
///
/// Other processes may share the stream, so its flags are not changed: it may be blocking or non-blocking.
final class StandardStream: Sendable {
    static let output = StandardStream(STDOUT_FILENO, name: "standard output")
    static let error = StandardStream(STDERR_FILENO, name: "standard error")

    /// How long one call waits for a slow reader, in milliseconds.
    private static let writeTimeout: Int32 = 500

    let name: String
    private let descriptor: Int32
    /// The number of bytes of the next record that are written already; kept here, since a reload makes a new backend.
    private let begun = Atomic<Int>(0)

    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes records until the reader blocks.
    ///
    /// - Parameters:
    ///   - bytes: the bytes of a batch.
    ///   - start: the start of the first record to write.
    ///   - ends: the ends of the records to write.
    /// - Returns: the number of records that are written as a whole, and the error that stopped the write; without an
    ///   error the other records wait for the reader.
    func write(_ bytes: Span<UInt8>, from start: Int, ends: ArraySlice<Int>) -> (count: Int, failure: Errno?) {
        var index = start + begun.load(ordering: .relaxed)
        var failure: Errno?
        while index < bytes.count, failure == nil {
            // A writable pipe accepts this many bytes without blocking; see pipe(7).
            let piece = bytes.extracting(index..<min(bytes.count, index + Int(PIPE_BUF)))
            guard waitUntilWritable() else { break }
            // The pointer does not leave the call.
            let count = piece.withUnsafeBytes { piece in
                retrying { Glibc.write(descriptor, piece.baseAddress, piece.count) }
            }
            if count >= 0 {
                index += count
            } else if errno != EAGAIN {
                failure = .last
            }
        }
        let whole = ends.prefix { $0 <= index }
        begun.store(index - (whole.last ?? start), ordering: .relaxed)
        return (whole.count, failure)
    }

    /// - Returns: false when the stream does not accept bytes within the time.
    private func waitUntilWritable() -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A regular file is always writable, and so is a pipe without a reader: its write fails.
        return retrying { poll(&request, 1, Self.writeTimeout) } > 0
    }
}
