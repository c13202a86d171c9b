import Glibc
import LogBackends
import LogFormats
import LogRecords

/// Does one thing COUNT times, for a profiler that counts instructions: `instructions parse|encode KIND COUNT`.
@main enum Driver {
    // 2026-11-23 09:00:00 UTC.
    private static let context = ReceiveContext(
        time: WallTime(seconds: 1_795_424_400, nanoseconds: 0),
        secondsFromUTC: 3600
    )

    /// The outputs whose lines or entries are made.
    private static let backends: [(name: String, backend: any LogBackend)] = [
        ("template", FileBackend(path: "", program: "sockserved")),
        ("json", FileBackend(path: "", format: .json, program: "sockserved")),
        ("syslog", SyslogBackend(identifier: "sockserved", facility: .daemon)),
        ("journal", JournaldBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")),
        ("remote", JournalRemoteBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")),
    ]

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[3]) else { return complain() }
        let kind = arguments[2]
        switch arguments[1] {
        case "parse":
            guard let messages = Messages.all.first(where: { $0.name == kind }) else { return complain() }
            print(kind, count, parse(messages, count, messages.format.parserType.init()))
        case "encode":
            guard let backend = backends.first(where: { $0.name == kind })?.backend else { return complain() }
            print(kind, count, encode(backend.makeEncoder(), count))
        default: complain()
        }
    }

    private static func complain() {
        let kinds = "parse \(Messages.all.map(\.name)), encode \(backends.map(\.name))"
        print("Usage: instructions parse|encode KIND COUNT, of \(kinds)")
        exit(64)
    }

    /// Generic, so that the parser is unpacked once, as a connection does it.
    private static func parse(_ kind: Messages, _ count: Int, _ parser: some FormatParser) -> Int {
        var parser = parser
        var record = LogRecord(nil, severity: .debug, time: context.time)
        var size = 0
        for number in 0..<count {
            fill(&record, with: kind.messages[number % kind.messages.count], by: &parser)
            size &+= record.message.count &+ record.fields.count
        }
        return size
    }

    /// Of records of RFC 5424 from one connection.
    private static func encode(_ encoder: some LogEncoder, _ count: Int) -> Int {
        var encoder = encoder
        guard let kind = Messages.all.first(where: { $0.name == "rfc5424" }) else { return 0 }
        let records = kind.messages.map { message in
            var parser = SyslogParser()
            var record = LogRecord(nil, severity: .debug, time: context.time)
            fill(&record, with: message, by: &parser)
            return record
        }
        var bytes: [UInt8] = []
        var size = 0
        for number in 0..<count {
            if bytes.count > 64 * 1024 { bytes.removeAll(keepingCapacity: true) }
            encoder.encode(records[number % records.count], into: &bytes)
            size &+= bytes.count
        }
        return size
    }

    private static let origin = Origin(
        protocolName: "syslog",
        listener: "syslog",
        peer: .internet(address: "192.0.2.17", port: 51_514),
        connection: 7
    )

    private static func fill(_ record: inout LogRecord, with message: [UInt8], by parser: inout some FormatParser) {
        record.begin(nil, severity: .informational, time: context.time, origin: origin)
        do throws(MessageError) {
            try parser.parse(message.span, into: &record, context)
        } catch {
            print(error.reason)
            exit(1)
        }
    }
}
