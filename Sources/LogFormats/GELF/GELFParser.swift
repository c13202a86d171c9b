package import LogRecords

/// Reads GELF messages (GELF 1.0 and 1.1, docs.graylog.org) in JSON text; `GELFField` lists what becomes of each
/// member.
///
/// A text that is not a JSON object becomes a record with that text as its message, and a fault. Nothing is lost:
/// unknown members become extra fields, and the message as received is added where something had to be guessed or
/// replaced.
package struct GELFParser: FormatParser {
    /// A name that had to be decoded.
    private var name: [UInt8] = []
    private(set) var takenFields = EnumSet<GELFField>()
    private var takenRoles = EnumSet<FieldRole>()
    private(set) var fullMessage: JSONString?
    var needsRaw = false
    let levels = LevelNames.shared
    private let keys = FieldRoleTable.shared
    private var memory = JSONNameMemory<GELFMeaning>()
    var values = RoleValues()
    private(set) var unread = UnreadMembers()
    /// The severity by additional fields.
    private(set) var named: Severity?

    package init() {}

    package static func makeFraming(limit: Int) -> any Framing {
        LineFraming(limit: limit, endings: .nullOrObject)
    }

    package static func makeDatagramFraming(limit: Int) -> any DatagramFraming {
        GELFDatagramFraming(limit: limit)
    }

    /// Fills a record that was begun; never fails.
    package mutating func parse(_ message: Span<UInt8>, into record: inout LogRecord, _ context: ReceiveContext) {
        // Some end datagrams with the NUL that ends messages on TCP.
        let text = message.extracting(JSONScanner.content(of: message))
        takenFields.removeAll()
        takenRoles.removeAll()
        unread.update(for: &record)
        fullMessage = nil
        needsRaw = false
        named = nil
        // Not the alert that GELF's text asks for: journald syncs its file for each of them.
        record.severity = .informational
        do {
            var scanner = JSONScanner()
            var place = JSONNameMemory<GELFMeaning>.start
            while try takeNext(&scanner, at: &place, text, &record, context) {}
            finish(text, &record)
        } catch {
            // The text has everything that was taken from it so far.
            record.begin(record.event, severity: .informational, time: record.time, origin: record.origin)
            needsRaw = !TextEscaping.appendValid(text, to: &record.message)
            switch error {
            case .unexpected: record.set(.fault, to: "the message is not a JSON object")
            case .tooDeep: record.set(.fault, to: "the message is JSON that is nested too deep")
            }
        }
        if needsRaw { record.set(.raw, to: message) }
    }

    /// - Returns: false where there is no more member.
    @inline(__always)
    private mutating func takeNext(
        _ scanner: inout JSONScanner,
        at place: inout Int,
        _ message: Span<UInt8>,
        _ record: inout LogRecord,
        _ context: ReceiveContext
    ) throws(JSONError) -> Bool {
        let name: JSONString
        let meaning: GELFMeaning
        if let found = memory.next(at: place, in: message, &scanner) {
            (name, meaning, place) = (found.name, found.meaning, found.place)
        } else {
            let start = scanner.index
            guard let read = try scanner.nextName(in: message) else { return false }
            name = read
            meaning = self.meaning(of: name, message)
            place = memory.keep(meaning, of: name, at: place, start..<scanner.index, in: message)
        }
        let value = try scanner.value(in: message)
        take(JSONMember(name: name, value: value), meaning, message, &record, context)
        return true
    }

    private mutating func meaning(of name: JSONString, _ message: Span<UInt8>) -> GELFMeaning {
        guard name.hasEscapes else { return GELFMeaning(message.extracting(name.range), among: keys) }
        var decoded: [UInt8] = []
        swap(&decoded, &self.name)
        decoded.removeAll(keepingCapacity: true)
        _ = name.append(from: message, to: &decoded)
        defer { swap(&decoded, &self.name) }
        return GELFMeaning(decoded.span, among: keys)
    }

    private mutating func take(
        _ member: JSONMember,
        _ meaning: GELFMeaning,
        _ message: Span<UInt8>,
        _ record: inout LogRecord,
        _ context: ReceiveContext
    ) {
        switch meaning {
        case .own(let field):
            guard !takenFields.contains(field) else { return addExtra(member, message, &record) }
            // Null means the same as no member.
            if case .null = member.value { return }
            guard set(field, member.value, message, &record, context) else {
                return addExtra(member, message, &record)
            }
            takenFields.insert(field)
        case .additional(let role):
            guard !takenRoles.contains(role) else { return addExtra(member, message, &record) }
            if case .null = member.value { return }
            guard set(role, member.value, message, &record, context) else { return addExtra(member, message, &record) }
            takenRoles.insert(role)
        case .other:
            addExtra(member, message, &record)
        }
    }

    /// Takes a member of GELF's own.
    ///
    /// - Returns: whether the member has been taken completely.
    private mutating func set(
        _ field: GELFField,
        _ value: JSONValue,
        _ message: Span<UInt8>,
        _ record: inout LogRecord,
        _ context: ReceiveContext
    ) -> Bool {
        switch (field, value) {
        case (.version, .string(let text)):
            let version = message.extracting(text.range)
            return version.count == 3 && version[0] == UInt8(ascii: "1") && version[1] == UInt8(ascii: ".")
                && (version[2] == UInt8(ascii: "0") || version[2] == UInt8(ascii: "1"))
        case (.shortMessage, .string(let text)) where context.isPlain && !text.hasEscapes && !text.range.isEmpty:
            record.setPlainMessage(message.extracting(text.range))
            return true
        case (.shortMessage, .string(let text)):
            if !text.append(from: message, to: &record.message) { needsRaw = true }
            return true
        case (.shortMessage, .number(let range)):
            record.message.append(message.extracting(range))
            return true
        case (.fullMessage, .string(let text)):
            fullMessage = text
            return true
        case (.timestamp, _) where unread.contains(.time):
            return true
        case (.timestamp, _):
            record.claimedTime = Self.time(value, message, context)
            return record.claimedTime != nil
        case (.level, _):
            return setSeverity(value, message, &record)
        case (.facility, .number):
            record.facility = value.integer(in: message).flatMap { UInt8(exactly: $0) }.flatMap(Facility.init)
            return record.facility != nil
        case (.host, .string(let text)):
            // An empty host is the same as none.
            if text.range.isEmpty { return true }
            set(.hostname, text, message, &record)
            return true
        default:
            return false
        }
    }

    /// Takes a member of a meaning that members have in JSON.
    private mutating func set(
        _ role: FieldRole,
        _ value: JSONValue,
        _ message: Span<UInt8>,
        _ record: inout LogRecord,
        _ context: ReceiveContext
    ) -> Bool {
        if unread.contains(role) { return true }
        if role == .hostname, takenFields.contains(.host) { return false }
        // Most are text.
        if case .string(let text) = value, !text.range.isEmpty, let key = role.plainTextField {
            set(key, text, message, &record)
            return true
        }
        guard values.accept(value, as: role, in: message, context) else { return false }
        switch role {
        case .level, .levelText, .openTelemetryLevel, .mySQLLevel:
            if named == nil { named = guess(value, message, role) }
            return false
        case .levelName:
            if let read = values.levelName { named = read }
        case .levelNumber:
            guard let number = values.levelNumber else { return false }
            record.set(.levelNumber, to: number)
            return true
        case .facility:
            guard !takenFields.contains(.facility) else { return false }
            record.facility = values.facility
            return true
        case .line:
            record.set(.line, to: values.line ?? 0)
            return true
        case .file, .callSite:
            guard case .string(let text) = value else { return false }
            set(.file, text, message, &record)
            return role == .file
        default: break
        }
        guard let key = role.textField else { return false }
        guard case .string(let text) = value else {
            let start = record.bytes.count
            _ = value.appendCompact(from: message, to: &record.bytes)
            record.add(.known(key), .bytes(start..<record.bytes.count))
            return true
        }
        set(key, text, message, &record)
        return true
    }

    private mutating func set(_ key: FieldKey, _ text: JSONString, _ message: Span<UInt8>, _ record: inout LogRecord) {
        guard !record.selection.mayLeaveUnread(key) else { return }
        let start = record.bytes.count
        if !text.append(from: message, to: &record.bytes) { needsRaw = true }
        record.add(.known(key), .bytes(start..<record.bytes.count))
    }
}
