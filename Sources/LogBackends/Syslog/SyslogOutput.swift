import CLinux
import Glibc
import Linux
import LogRecords

/// The output of a `SyslogBackend`: it connects again when the syslog daemon was restarted.
final class SyslogOutput: LogOutput {
    /// The smallest size to which a record is cut; then it is rejected.
    private static let smallestCut = 256

    private let writeTimeout: Duration
    private var socket: SyslogSocket
    /// The number of bytes of the next record that are in the stream already.
    private var partial = 0
    /// When the current `write` stops waiting; nil when it has not waited yet.
    private var deadline: ContinuousClock.Instant?

    init(path: String, writeTimeout: Duration) throws(SystemError) {
        self.writeTimeout = writeTimeout
        socket = SyslogSocket(path: path)
        try connect(advice: "is a syslog daemon running? otherwise choose another log backend")
    }

    deinit {
        socket.disconnect()
    }

    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        var outcome = WriteOutcome(done: 0)
        var index = skipped
        deadline = nil
        do throws(SystemError) {
            for batch in batches {
                while index < batch.count {
                    let record = batch.bytes.span.extracting(batch.range(of: index))
                    if try !write(record) {
                        outcome.rejected.append(outcome.done)
                    }
                    outcome.done += 1
                    index += 1
                }
                index = 0
            }
        } catch {
            outcome.failure = error
        }
        return outcome
    }

    func check() {
        if socket.isReplaced() {
            disconnect()
        }
        if !socket.isConnected {
            // When this fails, the next write tries again and reports the error.
            try? connect()
        }
    }

    func close() {
        disconnect()
    }

    private func connect(advice: String? = nil) throws(SystemError) {
        do throws(Errno) {
            try socket.connect()
        } catch {
            throw SystemError("cannot connect to", socket.path, error, advice: advice)
        }
    }

    private func disconnect() {
        socket.disconnect()
        // The next connection gets the whole record again.
        partial = 0
    }

    /// Writes one record, over a new connection when the old one turns out to be broken.
    ///
    /// - Returns: false when the record can never be written.
    private func write(_ record: Span<UInt8>) throws(SystemError) -> Bool {
        if socket.isReplaced() {
            disconnect()
        }
        var isNew = false
        while true {
            if !socket.isConnected {
                try connect()
                isNew = true
            }
            do throws(Errno) {
                return try socket.isStream ? writeToStream(record) : writeDatagram(record)
            } catch {
                switch error.number {
                case EAGAIN:
                    throw SystemError(
                        "cannot write to",
                        socket.path,
                        error,
                        advice: "the syslog daemon does not read"
                    )
                case ENOBUFS, ENOMEM:
                    throw SystemError("cannot write to", socket.path, error)
                default:
                    // ECONNREFUSED, ENOTCONN, EPIPE, ECONNRESET: the daemon has closed its end.
                    disconnect()
                    guard isNew else { continue }
                    throw SystemError("cannot write to", socket.path, error)
                }
            }
        }
    }

    private func writeDatagram(_ record: Span<UInt8>) throws(Errno) -> Bool {
        var limit = record.count
        var shortened: [UInt8] = []
        while true {
            do throws(Errno) {
                if limit == record.count {
                    _ = try socket.send(record)
                } else {
                    _ = try socket.send(shortened.span)
                }
                return true
            } catch {
                switch error.number {
                case EMSGSIZE:
                    limit /= 2
                    guard limit >= Self.smallestCut else { return false }
                    shortened.removeAll()
                    Truncation.append(record, limit: limit, to: &shortened)
                default:
                    try wait(after: error)
                }
            }
        }
    }

    private func writeToStream(_ record: Span<UInt8>) throws(Errno) -> Bool {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(record.count + 1)
        bytes.append(record)
        bytes.append(0)
        while partial < bytes.count {
            do throws(Errno) {
                partial += try socket.send(bytes.span.extracting(partial..<bytes.count))
            } catch {
                try wait(after: error)
            }
        }
        partial = 0
        return true
    }

    /// Waits when the daemon's queue is full (EAGAIN).
    ///
    /// - Throws: any other error, and EAGAIN when the time is up.
    private func wait(after error: Errno) throws(Errno) {
        guard error.number == EAGAIN else { throw error }
        let limit = deadline ?? .now + writeTimeout
        deadline = limit
        guard socket.waitUntilWritable(until: limit) else { throw error }
    }
}
