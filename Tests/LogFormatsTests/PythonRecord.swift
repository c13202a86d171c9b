import Foundation
import LogFormats
import LogRecords

/// The record of a pickle, as a reader of the log sees it.
struct PythonRecord: Equatable {
    var message = ""
    var severity = Severity.informational
    var claimed: WallTime?
    /// By FieldKey's key in JSON.
    var known: [String: String] = [:]
    /// Text as it is, other values with their kind before them: `integer 42`, `json [1]`.
    var extra: [String: String] = [:]
    /// Why there is no record.
    var failure: String?
    /// The bytes of the message and of all fields.
    var size = 0

    var fault: String? { known["fault"] }
    var hasRaw: Bool { known["raw"] != nil }

    init(_ pickle: [UInt8]) {
        var parser = PythonParser()
        self.init(pickle, &parser)
    }

    init(_ pickle: [UInt8], _ parser: inout PythonParser) {
        let time = WallTime(seconds: 1, nanoseconds: 0)
        var record = LogRecord(nil, severity: .emergency, time: time)
        do throws(MessageError) {
            try parser.parse(pickle.span, into: &record, ReceiveContext(time: time, secondsFromUTC: 0))
        } catch {
            failure = error.reason
            return
        }
        message = Self.text(record.message)
        severity = record.severity
        claimed = record.claimedTime
        size = record.message.count + record.bytes.count
        for field in record.fields {
            let value =
                switch field.value {
                case .integer(let integer): "integer \(integer)"
                case .bytes(let range): Self.text(Array(record.bytes[range]))
                case .json(let range): "json " + Self.text(Array(record.bytes[range]))
                }
            switch field.name {
            case .known(.raw): known["raw"] = value
            case .known(let key): known["\(key.json)"] = value
            case .extra(let range): extra[Self.text(Array(record.bytes[range]))] = value
            case .structured: failure = "structured data, which Python has not"
            }
        }
    }

    /// The pickles of a captured stream.
    static func fixture(_ name: String) throws -> [[UInt8]] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/python/\(name).bin")
        let data = Array(try Data(contentsOf: url))
        var framing = LengthFraming(limit: 1 << 20)
        var frames: [[UInt8]] = []
        var index = 0
        while let event = framing.next(in: data.span, from: &index) {
            guard case .frame(let frame) = event, case .input(let range) = frame.place else { continue }
            frames.append(Array(data[range]))
        }
        return frames
    }

    /// Valid UTF-8, or a word that no test expects.
    private static func text(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? "NOT UTF-8 \(bytes)"
    }
}
