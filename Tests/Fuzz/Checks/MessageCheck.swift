import LogFormats
import LogRecords

/// A parser, and its promises for any message.
struct MessageCheck {
    static let syslog = {
        // Made once, as it is slow; a copy has parsed nothing yet.
        let fresh = SyslogParser()
        return MessageCheck { () in
            var parser = fresh
            return { message, record, context throws(MessageError) in
                parser.parse(message, into: &record, context)
            }
        }
    }()
    static let python = {
        // Made once, as it is slow; a copy has parsed nothing yet.
        let fresh = PythonParser()
        return MessageCheck { () in
            var parser = fresh
            return { message, record, context throws(MessageError) in
                try parser.parse(message, into: &record, context)
            }
        }
    }()
    static let json = {
        // Made once, as it is slow; a copy has parsed nothing yet.
        let fresh = JSONParser()
        return MessageCheck { () in
            var parser = fresh
            return { message, record, context throws(MessageError) in
                parser.parse(message, into: &record, context)
            }
        }
    }()
    static let gelf = {
        // Made once, as it is slow; a copy has parsed nothing yet.
        let fresh = GELFParser()
        return MessageCheck { () in
            var parser = fresh
            return { message, record, context throws(MessageError) in
                parser.parse(message, into: &record, context)
            }
        }
    }()

    typealias Parse = (Span<UInt8>, inout LogRecord, ReceiveContext) throws(MessageError) -> Void

    static let context = ReceiveContext(
        time: WallTime(seconds: 1_800_000_000, nanoseconds: 123_456_789),
        secondsFromUTC: 7200
    )

    /// A parser that has parsed nothing yet.
    let make: @Sendable () -> Parse

    init(_ make: @escaping @Sendable () -> Parse) {
        self.make = make
    }

    /// Parses the message, and again after its halves: memory that a parser keeps between messages must not show.
    func check(_ data: [UInt8]) throws(FuzzFault) {
        let parse = make()
        var record = LogRecord(nil, severity: .debug)
        let first = try Self.run(parse, data, &record)
        let half = data.count / 2
        for part in [data[..<half], data[half...]] { try? parse(Array(part).span, &record, Self.context) }
        let again = try Self.run(parse, data, &record)
        try FuzzFault.expect(first == again, "the same message became another record")
        if !data.isEmpty, data.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            let frame = Frame(place: .input(0..<data.count), length: data.count, isPlain: true)
            let plain = try Self.run(parse, data, &record, Self.context.of(frame))
            try FuzzFault.expect(first == plain, "the message became another record where it was known to be plain")
        }
        // One of them each time: there are many.
        let number = data.reduce(0 as UInt) { $0 &* 31 &+ UInt($1) } % UInt(SelectionCheck.count)
        try SelectionCheck.check(SelectionCheck.encoder(Int(number)), data, parse)
    }

    enum Result: Equatable {
        case record(RecordCheck)
        case fault(MessageError)
    }

    /// Parses one message into a record that may have been used for others.
    static func run(
        _ parse: Parse,
        _ message: [UInt8],
        _ record: inout LogRecord,
        _ context: ReceiveContext = context
    ) throws(FuzzFault) -> Result {
        RecordCheck.begin(&record)
        do {
            try parse(message.span, &record, context)
        } catch {
            try FuzzFault.expect(error.reason.utf8.count <= 400, "a fault of \(error.reason.utf8.count) bytes")
            return .fault(error)
        }
        return .record(try RecordCheck(record, messageSize: message.count))
    }
}
