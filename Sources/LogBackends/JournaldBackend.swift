import CSystemd
import Glibc
public import LogRecords
public import Systemd

/// Writes records to journald, each as one structured entry, through libsystemd.
///
/// At least once: libsystemd 252 reports success when the journal's socket is missing, so entries count as
/// committed only when the same socket was there before and after them. When it was not, they are written again,
/// and those that arrived are there twice. `write` waits for as long as journald's queue is full. Committed means that
/// the entry is in journald's hands: its socket belongs to systemd and survives a restart of journald.
///
/// In the batch, each field is its length in 4 bytes (native byte order) followed by `NAME=value`.
// Sendable: `vectors` is used by `write` only, which one thread calls at a time; everything else is constant.
public final class JournaldBackend: LogBackend, @unchecked Sendable {
    /// How many entries share one look at the socket, which costs two system calls.
    private static let chunk = 64

    public let summary = "journald \(Journal.socketPath)"
    /// The fields that are the same in every entry.
    private let common: [UInt8]
    private var vectors: [iovec] = []

    /// - Parameters:
    ///   - identifier: `SYSLOG_IDENTIFIER` of every entry.
    ///   - facility: `SYSLOG_FACILITY` of every entry.
    /// - Throws: when journald does not receive at its socket.
    public init(identifier: String, facility: Facility) throws(SystemError) {
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
        common = Self.commonFields(identifier: identifier, facility: facility)
    }

    /// One that encodes; whether there is a journal is not asked.
    init(unconnected identifier: String, facility: Facility) {
        common = Self.commonFields(identifier: identifier, facility: facility)
    }

    private static func commonFields(identifier: String, facility: Facility) -> [UInt8] {
        var fields: [UInt8] = []
        fields.appendField("SYSLOG_IDENTIFIER") { $0.append(utf8: identifier) }
        fields.appendField("SYSLOG_FACILITY") { $0.append(decimal: facility.rawValue) }
        return fields
    }

    public func encode(_ record: borrowing LogRecord, into batch: inout LogBatch) {
        let message = record.message
        batch.bytes.appendField("MESSAGE") { $0.append(contentsOf: message) }
        let severity = record.severity.rawValue
        batch.bytes.appendField("PRIORITY") { $0.append(decimal: severity) }
        batch.bytes.append(contentsOf: common)
        if let event = record.event {
            batch.bytes.appendField("MESSAGE_ID") { $0.append(event.messageID) }
        }
        if let origin = record.origin {
            Self.append(origin, to: &batch.bytes)
        }
        for field in record.fields {
            guard case .known(let key) = field.name else { continue }
            switch field.value {
            case .integer(let value):
                batch.bytes.appendField(key.journal) { $0.append(decimal: value) }
            case .bytes(let range), .json(let range):
                let value = record.bytes[range]
                batch.bytes.appendField(key.journal) { $0.append(contentsOf: value) }
            }
        }
    }

    private static func append(_ origin: Origin, to bytes: inout [UInt8]) {
        bytes.appendField("SOCKSERVED_PROTOCOL") { $0.append(utf8: origin.protocolName) }
        bytes.appendField("SOCKSERVED_LISTENER") { $0.append(utf8: origin.listener) }
        if let peer = origin.peer {
            bytes.appendField("SOCKSERVED_PEER") { $0.append(utf8: origin.peerText) }
            switch peer {
            case .internet(let address, let port):
                bytes.appendField("SOCKSERVED_PEER_ADDRESS") { $0.append(utf8: address) }
                bytes.appendField("SOCKSERVED_PEER_PORT") { $0.append(decimal: port) }
            case .unix(let pid, let uid, let gid):
                bytes.appendField("SOCKSERVED_PEER_PID") { $0.append(decimal: pid) }
                bytes.appendField("SOCKSERVED_PEER_UID") { $0.append(decimal: uid) }
                bytes.appendField("SOCKSERVED_PEER_GID") { $0.append(decimal: gid) }
            case .unixPath:
                break
            }
        }
        if let connection = origin.connection {
            bytes.appendField("SOCKSERVED_CONNECTION") { $0.append(decimal: connection) }
        }
    }

    public func write(_ batches: [LogBatch], skipping skipped: Int) -> WriteOutcome {
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

    public func close() {}
}

extension [UInt8] {
    /// Appends a journal field: its length, its name, `=`, and the value that the closure appends.
    fileprivate mutating func appendField(_ name: StaticString, _ appendValue: (inout [UInt8]) -> Void) {
        let start = count
        append(contentsOf: [0, 0, 0, 0])
        append(name)
        append(UInt8(ascii: "="))
        appendValue(&self)
        // A record is bounded far below 4 GiB by what the listeners accept.
        let length = UInt32(truncatingIfNeeded: count - start - MemoryLayout<UInt32>.size)
        withUnsafeMutableBytes { $0.storeBytes(of: length, toByteOffset: start, as: UInt32.self) }
    }
}
