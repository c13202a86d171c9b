import CLinux
import Glibc
import LogRecords

/// Writes the values of template fields, with control characters escaped; a missing value is `-` or 0.
struct TemplateFieldWriter {
    private static let processID = getpid()

    private let program: [UInt8]
    private var calendar = CalendarCache()
    private var objects = JSONObjects()

    /// - Parameter program: the value of `name` when the sender names no logger.
    init(program: String) {
        var text: [UInt8] = []
        text.append(escaping: program)
        self.program = text
    }

    // MARK: as text

    mutating func append(_ name: TemplateField, of record: borrowing LogRecord, to output: inout [UInt8]) {
        switch name {
        case .own(let name): append(name, of: record, to: &output)
        case .field(let key): Self.append(key, of: record, to: &output)
        }
    }

    private mutating func append(_ name: TemplateField.Own, of record: borrowing LogRecord, to output: inout [UInt8]) {
        switch name {
        case .asctime:
            let time = calendar.local(record.time)
            Timestamp.append(time, milliseconds: record.time.milliseconds, to: &output)
        case .message: record.appendEscapedMessage(to: &output)
        case .levelname: Self.appendLevelName(of: record, to: &output)
        case .time:
            let time = calendar.universal(record.time)
            Timestamp.append(time, microseconds: record.time.microseconds, to: &output)
        case .timestamp:
            guard !Timestamp.append(claimed: record.claimedTime, to: &output) else { return }
            Self.append(.timestampText, of: record, to: &output)
        case .created, .msecs: output.append(utf8: Self.float(.own(name), of: record).description)
        case .levelno, .severity: output.append(decimal: Self.integer(.own(name), of: record))
        case .level: output.append(utf8: record.severity.name)
        case .event: Self.append(record.event?.name.description, to: &output)
        case .facility: Self.append(record.facility?.name, to: &output)
        case .name: Self.append(.logger, of: record, missing: program.span, to: &output)
        case .process: Self.appendProcess(of: record, to: &output)
        case .filename: Self.appendFileName(of: record, withExtension: true, to: &output)
        case .module: Self.appendFileName(of: record, withExtension: false, to: &output)
        case .peer: Self.append(record.origin?.peerText, to: &output)
        case .listener: Self.append(record.origin?.listener, to: &output)
        case .protocol: Self.append(record.origin?.protocolName, to: &output)
        case .connection:
            guard let connection = record.origin?.connection else { return output.append(UInt8(ascii: "-")) }
            output.append(decimal: connection)
        case .program: Self.append(record.program, of: record, missing: program.span, to: &output)
        case .host:
            if let verified = record.verifiedHost { return Self.append(verified, to: &output) }
            guard let host = record.host else { return Self.append(record.peerAddress ?? "localhost", to: &output) }
            Self.append(host, of: record, to: &output)
        case .peerAddress: Self.append(record.peerAddress, to: &output)
        case .tlsVersion, .tlsSubject, .tlsName, .tlsNames, .tlsFingerprint:
            Self.append(Self.tls(name, of: record), to: &output)
        case .proxy: Self.append(record.origin?.proxy?.description, to: &output)
        case .extra:
            // JSON text escapes all control characters.
            guard record.hasExtra else { return output.append(UInt8(ascii: "-")) }
            objects.appendExtra(record, to: &output)
        case .structuredData:
            guard record.hasStructuredData else { return output.append(UInt8(ascii: "-")) }
            objects.appendStructuredData(record, to: &output)
        }
    }

    private static func append(
        _ key: FieldKey,
        of record: borrowing LogRecord,
        missing: Span<UInt8>? = nil,
        to output: inout [UInt8]
    ) {
        append(record.value(of: key), of: record, missing: missing, to: &output)
    }

    private static func append(
        _ value: LogRecord.Field.Value?,
        of record: borrowing LogRecord,
        missing: Span<UInt8>? = nil,
        to output: inout [UInt8]
    ) {
        switch value {
        case .integer(let integer)?: output.append(decimal: integer)
        case .bytes(let range)? where !range.isEmpty, .json(let range)? where !range.isEmpty:
            TextEscaping.append(record.bytes.span.extracting(range), to: &output)
        default:
            if let missing { output.append(missing) } else { output.append(UInt8(ascii: "-")) }
        }
    }

    private static func append(_ text: String?, to output: inout [UInt8]) {
        if let text, !text.isEmpty {
            output.append(escaping: text)
        } else {
            output.append(UInt8(ascii: "-"))
        }
    }

    /// What TLS has shown of the sender; nil where it has not.
    private static func tls(_ name: TemplateField.Own, of record: borrowing LogRecord) -> String? {
        let tls = record.origin?.tls
        let certificate = tls?.certificate
        return switch name {
        case .tlsVersion: tls?.version
        case .tlsSubject: certificate?.subject
        case .tlsName: certificate?.names.first
        case .tlsNames: certificate?.shownNames.joined(separator: ",")
        case .tlsFingerprint: certificate?.fingerprint
        default: nil
        }
    }

    /// Appends the sender's name for the level if the sender numbers levels as Python does, else Python's name.
    private static func appendLevelName(of record: borrowing LogRecord, to output: inout [UInt8]) {
        guard record.has(.levelNumber), case .bytes(let name)? = record.value(of: .levelName), !name.isEmpty else {
            return output.append(record.severity.pythonName)
        }
        TextEscaping.append(record.bytes.span.extracting(name), to: &output)
    }

    /// Whether the level's name is one of the sender's, which the severity does not say.
    static func hasOwnLevelName(_ record: borrowing LogRecord) -> Bool {
        guard record.has(.levelNumber), case .bytes(let name)? = record.value(of: .levelName), !name.isEmpty else {
            return false
        }
        return !record.bytes.span.extracting(name).isEqual(to: record.severity.pythonName)
    }

    private static func appendProcess(of record: borrowing LogRecord, to output: inout [UInt8]) {
        if let process = process(of: record) {
            output.append(decimal: process)
        } else {
            output.append(UInt8(ascii: "-"))
        }
    }

    /// Appends the part of the file's path after the last slash, like Python's `os.path.basename`.
    private static func appendFileName(
        of record: borrowing LogRecord,
        withExtension: Bool,
        to output: inout [UInt8]
    ) {
        guard case .bytes(let path)? = record.value(of: .file) else { return output.append(UInt8(ascii: "-")) }
        let bytes = record.bytes[path]
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.lowerBound
        var end = path.upperBound
        // A dot that only dots precede does not begin an extension.
        let dot = bytes[start...].lastIndex(of: UInt8(ascii: "."))
        if !withExtension, let dot, bytes[start..<dot].contains(where: { $0 != UInt8(ascii: ".") }) { end = dot }
        guard start < end else { return output.append(UInt8(ascii: "-")) }
        TextEscaping.append(record.bytes.span.extracting(start..<end), to: &output)
    }

    // MARK: as a number

    /// The value for `%d`; Python truncates floats.
    static func integer(_ name: TemplateField, of record: borrowing LogRecord) -> Int64 {
        switch name {
        case .field(let key): integer(of: key, in: record) ?? 0
        case .own(.levelno): integer(of: .levelNumber, in: record) ?? Int64(record.severity.pythonNumber)
        case .own(.severity): Int64(record.severity.rawValue)
        case .own(.facility): Int64(record.facility?.rawValue ?? 0)
        case .own(.process): process(of: record) ?? 0
        case .own: Int64(exactly: float(name, of: record).rounded(.towardZero)) ?? 0
        }
    }

    /// The value for `%f`.
    static func float(_ name: TemplateField, of record: borrowing LogRecord) -> Double {
        switch name {
        // Computed as CPython does, for the same digits; sufficient until 2262.
        case .own(.created): Double(record.time.seconds &* 1_000_000_000 &+ Int64(record.time.nanoseconds)) / 1e9
        case .own(.msecs): Double(record.time.milliseconds)
        default: Double(integer(name, of: record))
        }
    }

    /// The process id of the sender; of this process for its own events.
    private static func process(of record: borrowing LogRecord) -> Int64? {
        integer(of: .procid, in: record) ?? (record.event == nil ? nil : Int64(processID))
    }

    /// The integer of a field, or its text read as a decimal number.
    private static func integer(of key: FieldKey, in record: borrowing LogRecord) -> Int64? {
        switch record.value(of: key) {
        case nil, .json?: return nil
        case .integer(let integer)?: return integer
        case .bytes(let range)?:
            // Longer numbers do not fit, except with leading zeros, which no sender writes.
            guard range.count <= 20 else { return nil }
            return Int64(decimal: record.bytes.span.extracting(range))
        }
    }
}
