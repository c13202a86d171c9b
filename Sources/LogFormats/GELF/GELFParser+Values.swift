import LogRecords

/// Reads the values of GELF's own members.
extension GELFParser {
    /// A number of seconds, or of smaller units as JSON has them, or text; Java's clients write an exponent.
    static func time(_ value: JSONValue, _ message: Span<UInt8>, _ context: ReceiveContext) -> WallTime? {
        guard case .number(let range) = value else {
            if case .string(let text) = value, let time = seconds(message.extracting(text.range)) { return time }
            return RoleValues.time(value, in: message, context)
        }
        let number = message.extracting(range)
        if let time = MessageTime.wallTime(plainEpochText: number) { return time }
        if let time = seconds(number) ?? RoleValues.time(value, in: message, context) { return time }
        // No Double needs more.
        guard number.count <= 32 else { return nil }
        // The pointer does not leave the call.
        let text = number.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard let number = Double(text) else { return nil }
        return MessageTime.wallTime(epochSeconds: number >= 1e11 ? number / 1000 : number)
    }

    /// A decimal number of at most eleven digits before its point.
    private static func seconds(_ number: Span<UInt8>) -> WallTime? {
        var digits = 0
        while digits < number.count, number[digits] &- UInt8(ascii: "0") < 10 { digits &+= 1 }
        return digits <= 11 ? MessageTime.wallTime(epochText: number) : nil
    }

    /// - Returns: whether it is one of GELF's eight levels; any other is kept beside its probable meaning.
    mutating func setSeverity(_ value: JSONValue, _ message: Span<UInt8>, _ record: inout LogRecord) -> Bool {
        if let level = value.integer(in: message), let severity = UInt8(exactly: level).flatMap(Severity.init) {
            record.severity = severity
            return true
        }
        record.severity = guess(value, message, .level) ?? .informational
        needsRaw = true
        return false
    }

    /// Guesses the severity of a level that GELF does not have: graypy sends Python's where it does not know the level.
    mutating func guess(_ value: JSONValue, _ message: Span<UInt8>, _ role: FieldRole) -> Severity? {
        let text: Span<UInt8>
        switch value {
        case .number(let range): text = message.extracting(range)
        case .string(let string):
            if string.hasEscapes { return values.severity(string, in: message) }
            text = message.extracting(string.range)
        default: return nil
        }
        var end = 0
        while end < text.count, text[end] != UInt8(ascii: ".") { end &+= 1 }
        guard let level = JSONValue.integer(text.extracting(0..<end)) else { return levels.severity(named: text) }
        guard level >= 0 else { return nil }
        if role == .openTelemetryLevel { return LevelNames.severity(openTelemetry: level) }
        if role == .mySQLLevel { return LevelNames.severity(mySQL: level) }
        return UInt8(exactly: level).flatMap(Severity.init) ?? Severity(pythonLevel: Double(level))
    }

    /// Adds a member as it came, with its type.
    @inline(__always)
    mutating func addExtra(_ member: JSONMember, _ message: Span<UInt8>, _ record: inout LogRecord) {
        if !mayLeaveUnread(member.name, message) { keepExtra(member, message, &record) }
    }

    @inline(never)
    private mutating func keepExtra(_ member: JSONMember, _ message: Span<UInt8>, _ record: inout LogRecord) {
        var start = record.bytes.count
        if !member.name.append(from: message, to: &record.bytes) { needsRaw = true }
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

    /// The underscore marks additional fields, and is not part of their names.
    @inline(__always)
    private func mayLeaveUnread(_ name: JSONString, _ message: Span<UInt8>) -> Bool {
        guard name.range.count > 1, message[name.range.lowerBound] == UInt8(ascii: "_") else {
            return unread.contains(extra: name, in: message)
        }
        let range = (name.range.lowerBound &+ 1)..<name.range.upperBound
        let unmarked = JSONString(range: range, hasEscapes: name.hasEscapes, isASCII: name.isASCII)
        return unread.contains(extra: unmarked, in: message)
    }
}
