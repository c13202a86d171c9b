import LogBackends
import LogFormats
import LogRecords
import TestSupport

/// Messages as clients of each format send them, and records as these tests look at them.
enum Sample {
    /// A message, without anything around it.
    static func message(_ text: String, _ format: LogFormat) -> [UInt8] {
        switch format {
        case .python: pickle(["msg": text, "levelno": "20"])
        case .syslog: Array("<14>Oct 11 22:14:15 host app[7]: \(text)".utf8)
        case .gelf: Array("{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":\"\(text)\",\"level\":6}".utf8)
        case .json: Array("{\"level\":\"info\",\"message\":\"\(text)\"}".utf8)
        }
    }

    /// A message on a stream.
    static func framed(_ text: String, _ format: LogFormat) -> [UInt8] {
        frame(message(text, format), format)
    }

    /// A message in a datagram.
    static func datagram(_ text: String, _ format: LogFormat) -> [UInt8] {
        format == .python ? framed(text, format) : message(text, format)
    }

    static func frame(_ message: [UInt8], _ format: LogFormat) -> [UInt8] {
        switch format {
        case .python: length(message.count) + message
        case .syslog, .json: message + [0x0A]
        case .gelf: message + [0]
        }
    }

    static func length(_ count: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    }

    /// A dict of texts, in protocol 1 as Python's pickle.dumps(dict, 1) writes it without its memo; see pickletools.
    static func pickle(_ values: KeyValuePairs<String, String>) -> [UInt8] {
        var bytes = Array("}(".utf8)
        for (name, value) in values {
            bytes += unicode(name)
            bytes += name == "levelno" ? [0x4B, UInt8(value) ?? 0] : unicode(value)
        }
        return bytes + Array("u.".utf8)
    }

    private static func unicode(_ text: String) -> [UInt8] {
        [0x58] + length(text.utf8.count).reversed() + text.utf8
    }

    /// Keeps what tests ask for: `severity|peer|original length|held back|message`.
    static func describing(_ record: borrowing LogRecord) -> [UInt8] {
        var text = "\(record.severity.rawValue)|\(record.origin?.peerText ?? "")"
        for key in [FieldKey.originalLength, .heldBack] {
            guard case .integer(let value)? = record.value(of: key) else {
                text += "|"
                continue
            }
            text += "|\(value)"
        }
        return Array("\(text)|".utf8) + record.message
    }
}

/// A record as `Sample.describing` keeps it.
struct SeenRecord {
    let severity: String
    let peer: String
    let originalLength: Int?
    let heldBack: Int?
    let message: String

    init(_ text: String) {
        let parts = text.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        severity = parts[0]
        peer = parts[1]
        originalLength = Int(parts[2])
        heldBack = Int(parts[3])
        message = parts[4]
    }
}
