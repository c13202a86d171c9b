import Foundation
import LogFormats
import LogRecords

/// The record that JSONParser made of a line, as text: `severity=error`, `logger=shop`.
///
/// Extra fields are named `extra.NAME`; their text has quotation marks around it, integers and other JSON values have
/// `integer` and `json` before them.
struct ParsedJSON {
    private(set) var record: LogRecord
    private(set) var lines: [String] = []

    init(_ text: [UInt8], parser: inout JSONParser) {
        let time = WallTime(seconds: 1, nanoseconds: 0)
        record = LogRecord(nil, severity: .emergency, time: time)
        parser.parse(text.span, into: &record, ReceiveContext(time: time, secondsFromUTC: 0))
        lines.append("severity=\(record.severity.name)")
        if let facility = record.facility { lines.append("facility=\(facility.name)") }
        if let time = record.claimedTime {
            lines.append("time=\(time.seconds).\(String(format: "%09d", time.nanoseconds))")
        }
        lines.append("message=\(String(decoding: record.message, as: UTF8.self))")
        for field in record.fields { lines.append("\(name(of: field))=\(value(of: field))") }
    }

    init(_ text: [UInt8]) {
        var parser = JSONParser()
        self.init(text, parser: &parser)
    }

    init(_ text: String) {
        self.init(Array(text.utf8))
    }

    private func name(of field: LogRecord.Field) -> String {
        switch field.name {
        case .known(let key): "\(key.json)"
        case .extra(let range): "extra.\(text(range))"
        case .structured(let id, let name): "structured.\(text(id)).\(text(name))"
        }
    }

    private func value(of field: LogRecord.Field) -> String {
        let isExtra = if case .extra = field.name { true } else { false }
        return switch field.value {
        case .integer(let integer): isExtra ? "integer \(integer)" : "\(integer)"
        case .bytes(let range): isExtra ? "\"\(text(range))\"" : text(range)
        case .json(let range): "json \(text(range))"
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: record.bytes[range], as: UTF8.self)
    }

    /// The only value of that name; nil when there is none, or more than one.
    subscript(_ name: String) -> String? {
        let found = lines.filter { $0.hasPrefix(name + "=") }
        return found.count == 1 ? found.first.map { String($0.dropFirst(name.count + 1)) } : nil
    }

    /// The lines of a file of the captured output.
    static func captured(_ name: String) throws -> [ParsedJSON] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/json/\(name).jsonl")
        return try Data(contentsOf: file).split(separator: 10).map { ParsedJSON(Array($0)) }
    }
}
