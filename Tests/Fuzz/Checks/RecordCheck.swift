import LogRecords

@testable import LogBackends

/// The promises for any record that a parser made, and for its lines and journal entry.
struct RecordCheck: Equatable {
    /// Of a sender's message that is mostly control characters, all of it in `message`, in a field and in `raw`.
    private static let growth = 40
    private static let start = 4096
    private static let received = WallTime(seconds: 1_800_000_000, nanoseconds: 123_456_789)
    private static let origin = Origin(
        protocolName: "fuzz",
        listener: "fuzz",
        peer: .internet(address: "192.0.2.1", port: 5),
        connection: 1
    )
    private static let journal = JournaldBackend(
        identifier: "sockserved",
        facility: .daemon,
        fieldPrefix: "SOCKSERVED_"
    )
    /// Fields that each journal entry has, and no sender may add.
    private static let singles: Set<String> = [
        "MESSAGE", "PRIORITY", "SYSLOG_FACILITY", "SYSLOG_IDENTIFIER", "SOCKSERVED_PEER", "SOCKSERVED_LISTENER",
        "SOCKSERVED_PROTOCOL", "SOCKSERVED_CONNECTION",
    ]

    /// The record as a JSON line, and as a journal entry: all that there is of it.
    private let line: [UInt8]
    private let entry: [UInt8]

    /// A record that a parser is to fill.
    static func begin(_ record: inout LogRecord) {
        record.begin(nil, severity: .debug, time: received, origin: origin)
    }

    /// Checks a record.
    ///
    /// - Parameters:
    ///   - record: what a parser made.
    ///   - size: of the message that the record was made of.
    /// - Throws: what does not hold.
    init(_ record: borrowing LogRecord, messageSize size: Int) throws(FuzzFault) {
        let limit = Self.start + Self.growth * size
        let sum = record.message.count + record.bytes.count
        try FuzzFault.expect(record.message.count <= 12 * size + 1024, "\(size) bytes made \(record.message.count)")
        try FuzzFault.expect(sum <= limit, "\(size) bytes made \(sum)")
        try FuzzFault.expect(record.fields.count <= size + 16, "\(size) bytes made \(record.fields.count) fields")
        try FuzzFault.expect(record.time == Self.received && record.origin === Self.origin, "what we know is changed")
        try FuzzFault.expect(record.event == nil, "a sender's record is an event of ours")
        try FuzzFault.expect(
            String(validating: record.message, as: UTF8.self) != nil,
            "the message is not UTF-8: \(JSONCheck.shown(record.message))"
        )
        if let time = record.claimedTime {
            try FuzzFault.expect((0..<1_000_000_000).contains(time.nanoseconds), "\(time) is not a time")
        }
        for field in record.fields { try Self.check(field, of: record) }

        line = Self.render(record, by: LineEncoder(.json, program: "sockserved"))
        try FuzzFault.expect(line.count <= limit, "\(size) bytes made a line of \(line.count)")
        try Self.checkLine(line)
        try JSONCheck.check(line.dropLast(), isOurs: true)
        let text = Self.render(record, by: LineEncoder(.standard, program: "sockserved"))
        try FuzzFault.expect(text.count <= limit, "\(size) bytes made a line of \(text.count)")
        try Self.checkLine(text)
        entry = Self.render(record, by: Self.journal.makeEncoder())
        try FuzzFault.expect(entry.count <= limit + 100 * record.fields.count, "\(size) bytes made \(entry.count)")
        try Self.checkEntry(entry)
        try RemoteEntryCheck.check(record, journal: entry)
    }

    private static func render(_ record: borrowing LogRecord, by encoder: any LogEncoder) -> [UInt8] {
        var encoder = encoder
        var bytes: [UInt8] = []
        encoder.encode(record, into: &bytes)
        return bytes
    }

    private static func check(_ field: LogRecord.Field, of record: borrowing LogRecord) throws(FuzzFault) {
        func isWithin(_ range: Range<Int>, _ count: Int) -> Bool { range.upperBound <= count && range.lowerBound >= 0 }
        let count = record.bytes.count
        switch field.name {
        case .known: break
        case .extra(let name): try FuzzFault.expect(isWithin(name, count), "a name is nowhere")
        case .structured(let id, let name):
            try FuzzFault.expect(isWithin(id, count) && isWithin(name, count), "a name is nowhere")
        }
        switch field.value {
        case .integer: break
        case .bytes(let range):
            try FuzzFault.expect(isWithin(range, count), "a value is nowhere")
        case .json(let range):
            try FuzzFault.expect(isWithin(range, count), "a value is nowhere")
            let json = Array(record.bytes[range])
            try JSONCheck.check(json)
            let harm = String(decoding: json, as: UTF8.self).unicodeScalars.contains {
                TextEscaping.needsEscape($0.value)
            }
            try FuzzFault.expect(!harm, "\(JSONCheck.shown(json)) is in a record")
        }
    }

    /// Checks that a line is one line in any viewer.
    private static func checkLine(_ line: [UInt8]) throws(FuzzFault) {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw FuzzFault("a line is not UTF-8: \(JSONCheck.shown(line))")
        }
        try FuzzFault.expect(line.last == UInt8(ascii: "\n"), "a line has no end")
        let harm = text.unicodeScalars.dropLast().first { TextEscaping.needsEscape($0.value) }
        if let harm { throw FuzzFault("U+\(String(harm.value, radix: 16)) in the line \(JSONCheck.shown(line))") }
    }

    private static func checkEntry(_ entry: [UInt8]) throws(FuzzFault) {
        var index = 0
        var count = 0
        var seen: Set<String> = []
        while index < entry.count {
            guard let end = entry[index...].firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "\n") })
            else { throw FuzzFault("a journal field is bare") }
            let name = String(decoding: entry[index..<end], as: UTF8.self)
            let value = try value(after: end, in: entry)
            index = value.upperBound + 1
            count += 1
            let isValid =
                (1...64).contains(name.utf8.count)
                && name.utf8.allSatisfy { byte in
                    (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
                } && name.first?.isLetter == true
            try FuzzFault.expect(isValid, "journald does not take the name \(name.debugDescription)")
            if name == "SYSLOG_IDENTIFIER" { try checkIdentifier(entry[value]) }
            guard singles.contains(name) else { continue }
            try FuzzFault.expect(seen.insert(name).inserted, "\(name) is twice in an entry")
        }
        try FuzzFault.expect(count <= 1024, "journald does not take \(count) fields")
        try FuzzFault.expect(singles.subtracting(["SOCKSERVED_CONNECTION"]).isSubset(of: seen), "an entry lacks fields")
    }

    /// The value of a journal field: a line, or as long as the eight bytes before it say.
    private static func value(after separator: Int, in entry: [UInt8]) throws(FuzzFault) -> Range<Int> {
        var value = separator + 1..<separator + 1
        if entry[separator] == UInt8(ascii: "=") {
            value = separator + 1..<(entry[separator...].firstIndex(of: UInt8(ascii: "\n")) ?? entry.count)
        } else {
            guard entry.count - separator > 9 else { throw FuzzFault("a journal field is cut off") }
            let size = entry.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: separator + 1, as: UInt64.self) }
            guard size < entry.count else { throw FuzzFault("a journal field is cut off") }
            value = separator + 9..<separator + 9 + Int(size)
        }
        guard value.upperBound < entry.count, entry[value.upperBound] == UInt8(ascii: "\n") else {
            throw FuzzFault("a journal field is cut off")
        }
        return value
    }

    /// HOST/PROGRAM in one word: the sender is on another host, and is not to look like a program of this one.
    private static func checkIdentifier(_ identifier: ArraySlice<UInt8>) throws(FuzzFault) {
        guard let text = String(validating: identifier, as: UTF8.self) else {
            throw FuzzFault("an identifier is not UTF-8")
        }
        let harm = text.unicodeScalars.contains { TextEscaping.needsEscape($0.value) || $0.properties.isWhitespace }
        try FuzzFault.expect(!harm, "the identifier \(text.debugDescription) is not one word")
        try FuzzFault.expect(identifier.count <= 255, "an identifier has \(identifier.count) bytes")
        let slash = identifier.firstIndex(of: UInt8(ascii: "/"))
        let hasBoth = slash.map { $0 > identifier.startIndex && $0 + 1 < identifier.endIndex } ?? false
        try FuzzFault.expect(hasBoth, "the identifier \(text) is not HOST/PROGRAM")
    }
}
