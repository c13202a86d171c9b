import CLinux
import Glibc
public import Linux
public import LogRecords
import Systemd

/// Writes records to journald, each as one structured entry, through libsystemd.
///
/// An entry is committed when journald's socket has accepted it; systemd holds the socket, so that the entry survives a
/// restart of journald. Delivery is at least once: libsystemd 252 reports success when the socket is missing, so entries
/// are committed only when the same socket was there before and after them. Otherwise they are written again, and some
/// may be in the journal twice. A write waits while journald's queue is full.
public struct JournaldBackend: LogBackend {
    private let identifier: String
    private let senders: SenderIdentifiers
    private let fieldNames: JournalFieldNames
    private let facility: Facility

    /// `journald` and the path of its socket.
    public let summary = "journald \(Journal.socketPath)"

    /// Describes the host's journal.
    ///
    /// - Parameters:
    ///   - identifier: `SYSLOG_IDENTIFIER` of the daemon's own entries.
    ///   - senders: the identifiers of senders' messages.
    ///   - facility: `SYSLOG_FACILITY` of entries whose sender gives none.
    ///   - fieldPrefix: the prefix of the program's own fields, such as `APP_`: at most 40 upper-case letters, digits
    ///     and underscores, a letter first.
    public init(
        identifier: String,
        senders: SenderIdentifiers = SenderIdentifiers(),
        facility: Facility,
        fieldPrefix: String
    ) {
        self.identifier = identifier
        self.senders = senders
        fieldNames = JournalFieldNames(prefix: fieldPrefix)
        self.facility = facility
    }

    /// Makes an encoder of journal entries.
    public func makeEncoder() -> any LogEncoder {
        JournalEntry(
            identifier: Identifier(own: identifier, senders: senders),
            facility: facility,
            fieldNames: fieldNames
        )
    }

    /// Checks that journald's socket accepts connections.
    ///
    /// - Throws: the error of connect(2), with advice.
    public func open() throws(SystemError) -> sending any LogOutput {
        do throws(Errno) {
            try Journal.probe()
        } catch {
            throw SystemError(
                "cannot connect to",
                Journal.socketPath,
                error,
                advice: "is systemd-journald running? otherwise choose another log backend"
            )
        }
        return JournalOutput()
    }
}

/// The output of a `JournaldBackend`.
///
/// `JournalEntry` describes the bytes of an entry in a batch.
final class JournalOutput: LogOutput {
    /// The number of entries that share one check of the socket, which costs two system calls.
    private static let chunk = 64

    private var vectors: [iovec] = []

    func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
        var outcome = WriteOutcome(done: 0)
        var index = skipped
        for batch in batches {
            while index < batch.count {
                let end = min(index + Self.chunk, batch.count)
                if let failure = writeChunk(of: batch, index..<end, &outcome) {
                    outcome.failure = SystemError("cannot write to", Journal.socketPath, failure)
                    return outcome
                }
                index = end
            }
            index = 0
        }
        return outcome
    }

    /// Writes some entries, and adds those that certainly arrived to the outcome.
    private func writeChunk(of batch: LogBatch, _ range: Range<Int>, _ outcome: inout WriteOutcome) -> Errno? {
        guard let before = try? FileVersion(path: Journal.socketPath) else { return Errno(ENOENT) }
        var done = 0
        var rejected: [Int] = []
        var failure: Errno?
        for index in range {
            failure = send(batch.bytes, batch.range(of: index))
            if failure?.number == EINVAL || failure?.number == E2BIG {
                failure = nil
                rejected.append(outcome.done + done)
            }
            if failure != nil { break }
            done += 1
        }
        guard let after = try? FileVersion(path: Journal.socketPath), after == before else { return Errno(ENOENT) }
        outcome.done += done
        outcome.rejected += rejected
        return failure
    }

    private func send(_ bytes: [UInt8], _ record: Range<Int>) -> Errno? {
        vectors.removeAll(keepingCapacity: true)
        // The pointers in `vectors` are used only while the closure runs, and not written through.
        return bytes.withUnsafeBytes { buffer in
            var index = record.lowerBound
            while record.upperBound - index >= MemoryLayout<UInt32>.size {
                let length = Int(buffer.loadUnaligned(fromByteOffset: index, as: UInt32.self))
                index += MemoryLayout<UInt32>.size
                let field = UnsafeMutableRawPointer(mutating: buffer.baseAddress.map { $0 + index })
                vectors.append(iovec(iov_base: field, iov_len: length))
                index += length
            }
            return vectors.withUnsafeBufferPointer { Journal.send($0) }
        }
    }

    func close() {}
}
