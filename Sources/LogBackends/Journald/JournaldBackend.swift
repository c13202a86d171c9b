import CLinux
import Glibc
public import Linux
public import LogRecords
import Systemd

/// Writes records to journald, each as one structured entry, through libsystemd.
///
/// At least once: libsystemd 252 reports success when the journal's socket is missing, so entries count as
/// committed only when the same socket was there before and after them. When it was not, they are written again,
/// and those that arrived are there twice. A write waits for as long as journald's queue is full. Committed means that
/// journald's socket has accepted the entry: it belongs to systemd and survives a restart of journald.
public struct JournaldBackend: LogBackend {
    private let identifier: String
    private let senders: SenderIdentifiers
    private let fieldNames: JournalFieldNames
    private let facility: Facility

    /// `journald` and its socket.
    public let summary = "journald \(Journal.socketPath)"

    /// Describes the host's journal.
    ///
    /// - Parameters:
    ///   - identifier: `SYSLOG_IDENTIFIER` of the daemon's own entries.
    ///   - senders: that of entries of senders' messages.
    ///   - facility: `SYSLOG_FACILITY` of entries whose sender names none.
    ///   - fieldPrefix: what begins the names of the program's own fields, such as `APP_`: upper-case letters,
    ///     digits and underscores, a letter first, at most 40.
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

    /// Asks journald's socket whether it receives.
    ///
    /// - Throws: when it does not.
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

/// The host's journal.
///
/// `JournalEntry` describes what an entry is in a batch.
final class JournalOutput: LogOutput {
    /// How many entries share one look at the socket, which costs two system calls.
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

    /// Writes some entries, and adds to the outcome what is certain.
    private func writeChunk(of batch: LogBatch, _ range: Range<Int>, _ outcome: inout WriteOutcome) -> Errno? {
        guard let before = try? FileIdentity(path: Journal.socketPath) else { return Errno(ENOENT) }
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
        guard let after = try? FileIdentity(path: Journal.socketPath), after == before else { return Errno(ENOENT) }
        outcome.done += done
        outcome.rejected += rejected
        return failure
    }

    private func send(_ bytes: [UInt8], _ record: Range<Int>) -> Errno? {
        vectors.removeAll(keepingCapacity: true)
        // The pointers in `vectors` are used while the closure runs only, and not written through.
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
