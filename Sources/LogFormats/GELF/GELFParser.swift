package import LogRecords

/// Reads GELF messages (GELF 1.0 and 1.1, docs.graylog.org) in JSON text; see `GELFField` for what becomes of what.
///
/// A text that is no JSON object is a record with that text as its message, and a fault. Nothing is lost: what is not
/// understood is an extra field, and the message as received is added where something had to be guessed or replaced.
package struct GELFParser: FormatParser {
    /// A name that had to be decoded.
    private var name: [UInt8] = []
    /// A bit for each `GELFField` that has been taken.
    private var taken: UInt32 = 0
    private var fullMessage: JSONString?
    private var needsRaw = false
    private let levels = LevelNames.shared

    package init() {}

    package static func makeFraming(limit: Int) -> any Framing {
        LineFraming(limit: limit, endings: .null)
    }

    package static func makeDatagramFraming(limit: Int) -> any DatagramFraming {
        GELFDatagramFraming(limit: limit)
    }

    /// Fills a record that was begun; never fails.
    package mutating func parse(_ message: Span<UInt8>, into record: inout LogRecord, _ reception: Reception) {
        // Some end datagrams with the NUL that ends messages on TCP.
        let text = message.extracting(JSONParser.content(of: message))
        taken = 0
        fullMessage = nil
        needsRaw = false
        record.severity = .alert
        do {
            var scanner = JSONScanner()
            while let member = try scanner.next(in: text) { take(member, text, &record) }
            finish(text, &record)
        } catch {
            // What has been taken of it so far is in the text.
            record.begin(record.event, severity: .informational, time: record.time, origin: record.origin)
            needsRaw = !TextEscaping.appendValid(text, to: &record.message)
            switch error {
            case .unexpected: record.set(.fault, to: "the message is not a JSON object")
            case .tooDeep: record.set(.fault, to: "the message is JSON that is nested too deep")
            }
        }
        if needsRaw { record.set(.raw, to: message) }
    }

    private mutating func take(_ member: JSONMember, _ message: Span<UInt8>, _ record: inout LogRecord) {
        let field: GELFField?
        if member.name.hasEscapes {
            name.removeAll(keepingCapacity: true)
            _ = member.name.append(from: message, to: &name)
            field = GELFField(name.span)
        } else {
            field = GELFField(message.extracting(member.name.range))
        }
        guard let field, !hasTaken(field) else { return addExtra(member, message, &record) }
        // Says what its absence says.
        if case .null = member.value { return }
        guard set(field, member.value, message, &record) else { return addExtra(member, message, &record) }
        taken |= 1 << UInt32(field.rawValue)
    }

    private func hasTaken(_ field: GELFField) -> Bool { taken & 1 << UInt32(field.rawValue) != 0 }

    /// Takes a member of known meaning.
    ///
    /// - Returns: whether nothing more is to be said about it.
    private mutating func set(
        _ field: GELFField,
        _ value: JSONValue,
        _ message: Span<UInt8>,
        _ record: inout LogRecord
    ) -> Bool {
        switch (field, value) {
        case (.version, .string(let text)):
            let version = message.extracting(text.range)
            return version.count == 3 && version[0] == UInt8(ascii: "1") && version[1] == UInt8(ascii: ".")
                && (version[2] == UInt8(ascii: "0") || version[2] == UInt8(ascii: "1"))
        case (.shortMessage, .string(let text)):
            if !text.append(from: message, to: &record.message) { needsRaw = true }
            return true
        case (.fullMessage, .string(let text)):
            fullMessage = text
            return true
        case (.timestamp, .number(let range)):
            record.claimedTime = Self.time(message.extracting(range))
            return record.claimedTime != nil
        case (.timestamp, .string(let text)):
            record.claimedTime = MessageTime.wallTime(epochText: message.extracting(text.range))
            return record.claimedTime != nil
        case (.level, _):
            return setSeverity(value, message, &record)
        case (.facility, .number):
            record.facility = value.integer(in: message).flatMap { UInt8(exactly: $0) }.flatMap(Facility.init)
            return record.facility != nil
        case (.line, .number):
            guard let line = value.integer(in: message) else { return false }
            record.set(.line, to: line)
            return true
        case (.processID, .number(let range)):
            guard value.integer(in: message) != nil else { return false }
            record.set(.procid, to: message.extracting(range))
            return true
        case (_, .string(let text)):
            guard let key = field.textKey else { return false }
            let start = record.bytes.count
            if !text.append(from: message, to: &record.bytes) { needsRaw = true }
            record.add(.known(key), .bytes(start..<record.bytes.count))
            return true
        default:
            return false
        }
    }

    /// Once all members are taken.
    private mutating func finish(_ message: Span<UInt8>, _ record: inout LogRecord) {
        let hasMessage = hasTaken(.shortMessage)
        if !hasMessage { record.set(.fault, to: "no short_message") }
        guard let fullMessage else {
            if !hasMessage, !TextEscaping.appendValid(message, to: &record.message) { needsRaw = true }
            return
        }
        guard hasMessage else {
            if !fullMessage.append(from: message, to: &record.message) { needsRaw = true }
            return
        }
        let name = record.bytes.count
        record.bytes.append("full_message")
        let text = record.bytes.count
        if !fullMessage.append(from: message, to: &record.bytes) { needsRaw = true }
        guard record.bytes.count - text != record.message.count || !record.bytes[text...].elementsEqual(record.message)
        else {
            record.bytes.removeSubrange(name...)
            return
        }
        if Self.isTraceback(record.bytes[text...]) {
            // As `formatException` of Python's Formatter ends it.
            if record.bytes.last == UInt8(ascii: "\n") { record.bytes.removeLast() }
            record.add(.known(.exceptionText), .bytes(text..<record.bytes.count))
        } else {
            record.add(.extra(name..<text), .bytes(text..<record.bytes.count))
        }
    }

    /// Whether a text is what Python tells of an exception.
    private static func isTraceback(_ text: ArraySlice<UInt8>) -> Bool {
        let beginning: StaticString = "Traceback (most recent call last):\n"
        // Read within the call only; a StaticString's storage is never freed.
        return beginning.withUTF8Buffer { text.starts(with: $0) }
    }

    // MARK: values

    /// A JSON number of seconds; Java's clients write it with an exponent.
    private static func time(_ number: Span<UInt8>) -> WallTime? {
        if let time = MessageTime.wallTime(epochText: number) { return time }
        // No Double needs more.
        guard number.count <= 32 else { return nil }
        // The pointer does not leave the call.
        let text = number.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return Double(text).flatMap { MessageTime.wallTime(epochSeconds: $0) }
    }

    /// - Returns: whether it is one of GELF's eight levels; any other is kept beside what it probably means.
    private mutating func setSeverity(_ value: JSONValue, _ message: Span<UInt8>, _ record: inout LogRecord) -> Bool {
        if let level = value.integer(in: message), let severity = UInt8(exactly: level).flatMap(Severity.init) {
            record.severity = severity
            return true
        }
        record.severity = guess(value, message) ?? .alert
        needsRaw = true
        return false
    }

    /// What a level that is none of GELF's probably means: graypy sends those of Python's that it does not know.
    private func guess(_ value: JSONValue, _ message: Span<UInt8>) -> Severity? {
        let text: Span<UInt8>
        switch value {
        case .number(let range): text = message.extracting(range)
        case .string(let string): text = message.extracting(string.range)
        default: return nil
        }
        var end = 0
        while end < text.count, text[end] != UInt8(ascii: ".") { end &+= 1 }
        guard let level = JSONValue.integer(text.extracting(0..<end)) else { return levels.severity(named: text) }
        guard level >= 0 else { return nil }
        return UInt8(exactly: level).flatMap(Severity.init) ?? LevelNames.severity(python: Double(level))
    }

    /// Adds a member as it came, with its type.
    private mutating func addExtra(_ member: JSONMember, _ message: Span<UInt8>, _ record: inout LogRecord) {
        var start = record.bytes.count
        if !member.name.append(from: message, to: &record.bytes) { needsRaw = true }
        // The underscore marks additional fields, and is no part of their names.
        if record.bytes.count > start + 1, record.bytes[start] == UInt8(ascii: "_") { start += 1 }
        let name = start..<record.bytes.count
        let value: LogRecord.Field.Value
        switch member.value {
        case .string(let text):
            if !text.append(from: message, to: &record.bytes) { needsRaw = true }
            value = .bytes(name.upperBound..<record.bytes.count)
        default:
            if let integer = member.value.integer(in: message) {
                value = .integer(integer)
            } else {
                if !member.value.appendCompact(from: message, to: &record.bytes) { needsRaw = true }
                value = .json(name.upperBound..<record.bytes.count)
            }
        }
        record.add(.extra(name), value)
    }
}
