import Foundation
import LogFormats
import LogRecords

/// Bytes that a client sent, in a file among the fixtures, and the message that it was to send.
struct SyslogCapture: CustomStringConvertible, Sendable {
    let name: String
    let sent: [SyslogSent]

    /// A datagram.
    init(_ name: String, _ sent: SyslogSent) {
        self.init(name, [sent])
    }

    /// A stream of several messages.
    init(_ name: String, _ sent: [SyslogSent]) {
        self.name = name
        self.sent = sent
    }

    var description: String { name }

    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/syslog").path

    var bytes: [UInt8] {
        get throws { Array(try Data(contentsOf: URL(fileURLWithPath: "\(Self.directory)/\(name).bin"))) }
    }

    /// Parses a message as if it were received a minute after it was captured.
    static func parse(_ message: [UInt8], with parser: inout SyslogParser) -> LogRecord {
        let time = WallTime(seconds: SyslogSent.captured + 60, nanoseconds: 0)
        var record = LogRecord(nil, severity: .informational, time: time)
        parser.parse(message.span, into: &record, ReceiveContext(time: time, secondsFromUTC: 0))
        return record
    }
}
