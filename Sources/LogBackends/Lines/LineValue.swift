import CLinux
import Glibc
import LogRecords

/// What stands in a line for a name: control characters escaped, `-` or 0 where the record has nothing.
enum LineValue {
    private static let processID = getpid()

    // MARK: as text

    static func append(_ name: LineName, of record: borrowing LogRecord, to batch: inout LogBatch) {
        switch name {
        case .own(let name): append(name, of: record, to: &batch)
        case .field(let key): append(key, of: record, to: &batch.bytes)
        }
    }

    private static func append(_ name: LineName.Own, of record: borrowing LogRecord, to batch: inout LogBatch) {
        switch name {
        case .asctime:
            let time = batch.calendar.local(record.time)
            Timestamp.append(time, milliseconds: record.time.milliseconds, to: &batch.bytes)
        case .message: record.appendEscapedMessage(to: &batch.bytes)
        case .levelname: appendLevelName(of: record, to: &batch.bytes)
        case .time:
            let time = batch.calendar.universal(record.time)
            Timestamp.append(time, microseconds: record.time.microseconds, to: &batch.bytes)
        case .timestamp:
            guard !Timestamp.append(claimed: record.claimedTime, to: &batch.bytes) else { return }
            append(.timestampText, of: record, to: &batch.bytes)
        case .created, .msecs: batch.bytes.append(utf8: float(.own(name), of: record).description)
        case .levelno, .severity: batch.bytes.append(decimal: integer(.own(name), of: record))
        case .level: batch.bytes.append(utf8: record.severity.name)
        case .event: append(record.event?.name.description, to: &batch.bytes)
        case .facility: append(record.facility?.name, to: &batch.bytes)
        case .name: append(.logger, of: record, missing: "sockserved", to: &batch.bytes)
        case .process: appendProcess(of: record, to: &batch.bytes)
        case .filename: appendFileName(of: record, withExtension: true, to: &batch.bytes)
        case .module: appendFileName(of: record, withExtension: false, to: &batch.bytes)
        case .peer: append(record.origin?.peerText, to: &batch.bytes)
        case .listener: append(record.origin?.listener, to: &batch.bytes)
        case .protocol: append(record.origin?.protocolName, to: &batch.bytes)
        case .connection:
            guard let connection = record.origin?.connection else { return batch.bytes.append(UInt8(ascii: "-")) }
            batch.bytes.append(decimal: connection)
        case .program: append(record.program, of: record, missing: "sockserved", to: &batch.bytes)
        case .host:
            guard let host = record.host else { return append(record.peerAddress ?? "localhost", to: &batch.bytes) }
            append(host, of: record, to: &batch.bytes)
        case .peerAddress: append(record.peerAddress, to: &batch.bytes)
        case .extra:
            // JSON text has everything escaped that a line must not hold.
            guard record.hasExtra else { return batch.bytes.append(UInt8(ascii: "-")) }
            JSONObjects.appendExtra(record, to: &batch)
        case .structuredData:
            guard record.hasStructuredData else { return batch.bytes.append(UInt8(ascii: "-")) }
            JSONObjects.appendStructuredData(record, to: &batch)
        }
    }

    private static func append(
        _ key: FieldKey,
        of record: borrowing LogRecord,
        missing: StaticString = "-",
        to output: inout [UInt8]
    ) {
        append(record.value(of: key), of: record, missing: missing, to: &output)
    }

    private static func append(
        _ value: LogRecord.Field.Value?,
        of record: borrowing LogRecord,
        missing: StaticString = "-",
        to output: inout [UInt8]
    ) {
        switch value {
        case .integer(let integer)?: output.append(decimal: integer)
        case .bytes(let range)? where !range.isEmpty, .json(let range)? where !range.isEmpty:
            TextEscaping.append(record.bytes.span.extracting(range), to: &output)
        default: output.append(missing)
        }
    }

    private static func append(_ text: String?, to output: inout [UInt8]) {
        if let text, !text.isEmpty {
            output.append(escaping: text)
        } else {
            output.append(UInt8(ascii: "-"))
        }
    }

    /// Appends the sender's own name for the level where it numbers levels as Python does, else Python's.
    private static func appendLevelName(of record: borrowing LogRecord, to output: inout [UInt8]) {
        guard record.has(.levelNumber), case .bytes(let name)? = record.value(of: .levelName), !name.isEmpty else {
            return output.append(record.severity.pythonName)
        }
        TextEscaping.append(record.bytes.span.extracting(name), to: &output)
    }

    private static func appendProcess(of record: borrowing LogRecord, to output: inout [UInt8]) {
        if let process = process(of: record) {
            output.append(decimal: process)
        } else {
            output.append(UInt8(ascii: "-"))
        }
    }

    /// Appends what follows the last slash of the file's path, as Python's `os.path.basename` has it.
    private static func appendFileName(
        of record: borrowing LogRecord,
        withExtension: Bool,
        to output: inout [UInt8]
    ) {
        guard case .bytes(let path)? = record.value(of: .file) else { return output.append(UInt8(ascii: "-")) }
        let bytes = record.bytes[path]
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.lowerBound
        var end = path.upperBound
        // A dot that nothing stands before but dots begins no extension.
        let dot = bytes[start...].lastIndex(of: UInt8(ascii: "."))
        if !withExtension, let dot, bytes[start..<dot].contains(where: { $0 != UInt8(ascii: ".") }) { end = dot }
        guard start < end else { return output.append(UInt8(ascii: "-")) }
        TextEscaping.append(record.bytes.span.extracting(start..<end), to: &output)
    }

    // MARK: as a number

    /// The value as `%d` sees it; Python cuts a float's fraction off.
    static func integer(_ name: LineName, of record: borrowing LogRecord) -> Int64 {
        switch name {
        case .field(let key): integer(of: key, in: record) ?? 0
        case .own(.levelno): integer(of: .levelNumber, in: record) ?? Int64(record.severity.pythonNumber)
        case .own(.severity): Int64(record.severity.rawValue)
        case .own(.facility): Int64(record.facility?.rawValue ?? 0)
        case .own(.process): process(of: record) ?? 0
        case .own: Int64(exactly: float(name, of: record).rounded(.towardZero)) ?? 0
        }
    }

    /// The value as `%f` sees it.
    static func float(_ name: LineName, of record: borrowing LogRecord) -> Double {
        switch name {
        // As CPython makes seconds of its clock's nanoseconds, for equal digits; enough until 2262.
        case .own(.created): Double(record.time.seconds &* 1_000_000_000 &+ Int64(record.time.nanoseconds)) / 1e9
        case .own(.msecs): Double(record.time.milliseconds)
        default: Double(integer(name, of: record))
        }
    }

    /// The number of the sender's process, of our own for events of ours.
    private static func process(of record: borrowing LogRecord) -> Int64? {
        integer(of: .procid, in: record) ?? (record.event == nil ? nil : Int64(processID))
    }

    /// The integer that a field is, or that its text is in decimal.
    private static func integer(of key: FieldKey, in record: borrowing LogRecord) -> Int64? {
        switch record.value(of: key) {
        case nil, .json?: return nil
        case .integer(let integer)?: return integer
        case .bytes(let range)?:
            // Longer ones do not fit, but for zeros in front, which nobody writes.
            guard range.count <= 20 else { return nil }
            return Int64(String(decoding: record.bytes[range], as: UTF8.self))
        }
    }
}
