import CLinux
import Glibc
import Linux
import Synchronization

/// Standard output or standard error, as a place for records.
///
/// Other processes may share it, so that its flags are left alone: it may block, or be non-blocking.
final class StandardStream: Sendable {
    static let output = StandardStream(STDOUT_FILENO, name: "standard output")
    static let error = StandardStream(STDERR_FILENO, name: "standard error")

    /// How long one call waits for a reader that is slow.
    private static let writeTimeout: Int32 = 500

    let name: String
    private let descriptor: Int32
    /// How many bytes of the next record are written already. The stream keeps it, since a reload makes a new backend.
    private let begun = Atomic<Int>(0)

    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes records, from the one that begins at `start`, for as long as the reader takes them.
    ///
    /// - Parameter ends: where these records end.
    /// - Returns: how many records are written as a whole, and the error that stopped it; without an error the rest
    ///   waits for the reader.
    func write(_ bytes: Span<UInt8>, from start: Int, ends: ArraySlice<Int>) -> (count: Int, failure: Errno?) {
        var index = start + begun.load(ordering: .relaxed)
        var failure: Errno?
        while index < bytes.count, failure == nil {
            // A pipe that is writable takes this much without blocking; see pipe(7).
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

    /// - Returns: false when nothing can be written for now.
    private func waitUntilWritable() -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A regular file is always writable, and so is a pipe without a reader: the write tells.
        return retrying { poll(&request, 1, Self.writeTimeout) } > 0
    }
}
