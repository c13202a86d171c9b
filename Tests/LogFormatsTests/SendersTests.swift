import Foundation
import LogFormats
import LogRecords
import Testing

/// Messages as devices, libraries and programs send them, and the records that are wanted of them.
///
/// `Fixtures/senders` has a file for each kind of deviation. Those named `guard-...` show where a rule must not go too far.
@Suite struct SendersTests {
    private struct Case: CustomTestStringConvertible, @unchecked Sendable {
        let name: String
        let format: LogFormat
        let isStream: Bool
        /// Pieces of a stream, or datagrams.
        let input: [[UInt8]]
        /// Values of JSONSerialization, which nothing changes.
        let records: [[String: Any]]

        var testDescription: String { name }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/senders")

    private static let cases: [Case] =
        ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [])
        .sorted { $0.path < $1.path }
        .flatMap { file -> [Case] in
            guard let data = try? Data(contentsOf: file),
                let all = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
            else { return [] }
            let kind = file.deletingPathExtension().lastPathComponent
            return all.compactMap { object in
                guard let name = object["name"] as? String, let format = object["protocol"] as? String,
                    let format = LogFormat(rawValue: format), let input = object["input"] as? [String],
                    let records = object["records"] as? [[String: Any]]
                else { return nil }
                return Case(
                    name: "\(kind): \(name)",
                    format: format,
                    isStream: object["stream"] as? Bool == true,
                    input: input.map { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } },
                    records: records
                )
            }
        }

    @Test func allKindsAreThere() {
        #expect(Self.cases.count == 194)
    }

    @Test(arguments: cases)
    private func theRecordIsTheOneThatIsWanted(_ message: Case) {
        let records = Self.records(of: message, message.format.parserType.init())
        #expect(records.count == message.records.count)
        for (record, wanted) in zip(records, message.records) {
            for (name, value) in wanted where name != "timestamp_text" {
                #expect(Self.text(record[name]) == Self.text(value), "\(name)")
            }
            // Nothing else claims to be the host, the program and so on.
            for name in ["hostname", "app_name", "procid", "msgid", "logger", "timestamp", "exc_text", "fault"]
            where wanted[name] == nil {
                #expect(record[name] == nil, "\(name)")
            }
        }
    }

    /// A value as JSON, to be compared.
    private static func text(_ value: Any?) -> String {
        guard let value, let data = try? JSONSerialization.data(withJSONObject: [value], options: .sortedKeys) else {
            return "nothing"
        }
        return String(decoding: data, as: UTF8.self)
    }

    // MARK: how they are received

    private static func records(of message: Case, _ parser: some FormatParser) -> [[String: Any]] {
        var parser = parser
        var records: [[String: Any]] = []
        func take(_ frame: Frame, _ input: [UInt8], _ buffered: [UInt8]) {
            let content =
                switch frame.place {
                case .input(let range): Array(input[range])
                case .buffered(let range): Array(buffered[range])
                }
            var record = LogRecord(nil, severity: .informational, time: SyslogMessage.context.time)
            let context = SyslogMessage.context.of(frame)
            guard (try? parser.parse(content.span, into: &record, context)) != nil else { return }
            records.append(object(record))
        }
        guard message.isStream else {
            let origin = Origin(protocolName: "test", listener: "test", peer: nil, connection: nil)
            var framing = message.format.parserType.makeDatagramFraming(limit: 1 << 20)
            for datagram in message.input {
                let frame = try? framing.frame(of: datagram.span, length: datagram.count, from: origin, at: 0)
                if let frame = frame ?? nil { take(frame, datagram, framing.buffered) }
            }
            return records
        }
        var framing = message.format.parserType.makeFraming(limit: 1 << 20)
        for piece in message.input {
            var index = 0
            while case .frame(let frame)? = framing.next(in: piece.span, from: &index) {
                take(frame, piece, framing.buffered)
            }
            while case .frame(let frame)? = framing.pause() { take(frame, [], framing.buffered) }
        }
        while case .frame(let frame)? = framing.end() { take(frame, [], framing.buffered) }
        return records
    }

    /// A record by the keys that it has in the JSON output.
    private static func object(_ record: LogRecord) -> [String: Any] {
        func text(_ range: Range<Int>) -> String { String(decoding: record.bytes[range], as: UTF8.self) }
        var object: [String: Any] = [
            "severity": Int(record.severity.rawValue), "message": String(decoding: record.message, as: UTF8.self),
        ]
        var extra: [String: Any] = [:]
        var structured: [String: [String: Any]] = [:]
        if let facility = record.facility { object["facility"] = Int(facility.rawValue) }
        if let time = record.claimedTime {
            let formatter = ISO8601DateFormatter()
            let date = formatter.string(from: Date(timeIntervalSince1970: Double(time.seconds)))
            let microseconds = String(String(1_000_000 + time.microseconds).dropFirst())
            object["timestamp"] = "\(date.dropLast()).\(microseconds)Z"
        }
        for field in record.fields {
            let value: Any =
                switch field.value {
                case .integer(let integer): Int(integer)
                case .bytes(let range): text(range)
                case .json(let range):
                    (try? JSONSerialization.jsonObject(with: Data(record.bytes[range]), options: .fragmentsAllowed))
                        ?? ""
                }
            switch field.name {
            case .known(let key): object["\(key.json)"] = value
            case .extra(let range): extra[text(range)] = value
            case .structured(let id, let name): structured[text(id), default: [:]][text(name)] = value
            }
        }
        if !extra.isEmpty { object["extra"] = extra }
        if !structured.isEmpty { object["structured_data"] = structured }
        return object
    }
}
