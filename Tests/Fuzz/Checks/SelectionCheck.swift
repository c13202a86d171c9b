import LogFormats
import LogRecords

@testable import LogBackends

/// The promise of `LogEncoder.selection`: what is not selected makes no difference to what is written.
enum SelectionCheck {
    /// Each field that a template can name, and some together; nil: lines of syslog(3).
    private static let formats: [LineFormat?] = {
        let names = TemplateField.all.map { "%(\($0))s|%(message)s" }
        let templates =
            names + [
                "%(asctime)s:%(levelname)s:%(message)s", "%(raw)s %(fault)s %(host)s/%(program)s %(message)s",
                "%(structured_data)s %(extra)s %(levelno)d %(process)d %(lineno)5d %(message)s",
            ]
        return templates.map { try? LineFormat($0) } + [nil]
    }()

    /// How many encoders there are.
    static var count: Int { formats.count }

    /// Makes the encoder of a number.
    static func encoder(_ number: Int) -> any LogEncoder {
        guard let format = formats[number] else {
            return SyslogEncoder(tag: SyslogTagWriter("sockserved", SenderIdentifiers()), facility: .daemon)
        }
        return LineEncoder(format, program: "sockserved")
    }

    /// - Throws: where the encoder writes something else for a record with only the fields that it selects.
    static func check(
        _ encoder: any LogEncoder,
        _ message: [UInt8],
        _ parse: MessageCheck.Parse
    ) throws(FuzzFault) {
        var (whole, selected) = (LogRecord(nil, severity: .debug), LogRecord(nil, severity: .debug))
        selected.selection = encoder.selection
        let (first, second) = (line(encoder, message, &whole, parse), line(encoder, message, &selected, parse))
        // A pickle that is larger than it may be has more room for its other fields where some are not written.
        guard !isCut(whole) else { return }
        try FuzzFault.expect(first == second, "the fields that are not selected make a difference")
        try FuzzFault.expect(selected.fields.count <= whole.fields.count, "there are more fields of fewer")
    }

    private static func isCut(_ record: borrowing LogRecord) -> Bool {
        guard case .bytes(let range)? = record.value(of: .fault) else { return false }
        return String(decoding: record.bytes[range], as: UTF8.self).contains("stands for the rest")
    }

    private static func line(
        _ encoder: any LogEncoder,
        _ message: [UInt8],
        _ record: inout LogRecord,
        _ parse: MessageCheck.Parse
    ) -> [UInt8]? {
        RecordCheck.begin(&record)
        guard (try? parse(message.span, &record, MessageCheck.context)) != nil else { return nil }
        var encoder = encoder
        var bytes: [UInt8] = []
        encoder.encode(record, into: &bytes)
        return bytes
    }
}
