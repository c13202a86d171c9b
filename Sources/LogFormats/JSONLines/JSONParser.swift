package import LogRecords

/// Makes records of log messages in JSON, of any logging library: one object each.
///
/// Members whose names and values are known (`FieldRole`) fill the record; all others are kept as extra fields, with
/// their types. Where no member is the message, the whole object is. Members of objects of meaning that have none
/// themselves are kept under both names, with a dot between.
///
/// A message that is not a JSON object becomes a record with its text, and a fault.
package struct JSONParser: FormatParser {
    private var members = MemberList()

    package init() {}

    package static func makeFraming(limit: Int) -> any Framing {
        LineFraming(limit: limit, endings: .newlineOrNull)
    }

    /// Fills a record that was begun; never fails.
    package mutating func parse(_ message: Span<UInt8>, into record: inout LogRecord, _ context: ReceiveContext) {
        let text = message.extracting(JSONScanner.content(of: message))
        record.severity = .informational
        do throws(JSONError) {
            try members.read(text, context)
        } catch {
            members.forget()
            Self.keep(text, because: error, in: &record)
            if !UTF8Scalar.isValid(text) { record.set(.raw, to: message) }
            return
        }
        resolveTime(in: &record)
        resolveSeverity(in: &record)
        resolvePreferences()
        var isWhole = true
        for index in members.list.indices where !members.list[index].isOpened {
            let member = members.list[index]
            let isKept =
                if let role = members.role(at: index) {
                    fill(role, with: member.value, in: text, &record)
                } else {
                    Self.attach(member, in: text, &record)
                }
            isWhole = isKept && isWhole
        }
        if record.message.isEmpty {
            isWhole = JSONValue.appendCompact(text, to: &record.message) && isWhole
        }
        if !isWhole { record.set(.raw, to: message) }
        members.forget()
    }

    private static func keep(_ text: Span<UInt8>, because fault: JSONError, in record: inout LogRecord) {
        _ = TextEscaping.appendValid(text, to: &record.message)
        let start = record.bytes.count
        switch fault {
        case .unexpected(let index):
            record.bytes.append("the line is not a JSON object")
            if index > 0 {
                record.bytes.append(": unexpected ")
                record.bytes.append(index < text.count ? "byte at " : "end at ")
                record.bytes.append(decimal: index)
            }
        case .tooDeep(let index):
            record.bytes.append("the JSON object is too deep at ")
            record.bytes.append(decimal: index)
        }
        record.add(.known(.fault), .bytes(start..<record.bytes.count))
    }

    // MARK: members that depend on each other

    private mutating func resolvePreferences() {
        if members[.file] >= 0 { members[.callSite] = -1 }
        if members[.message] >= 0 { members[.journalMessage] = -1 }
        if members[.message] >= 0 || members[.journalMessage] >= 0 { members[.outputLine] = -1 }
    }

    private mutating func resolveTime(in record: inout LogRecord) {
        if let time = members.values.time {
            record.claimedTime = time
        } else if let seconds = members.values.seconds {
            let nanoseconds = Int32(truncatingIfNeeded: members.values.nanoseconds ?? 0)
            record.claimedTime = MessageTime.wallTime(seconds: seconds, nanoseconds: nanoseconds)
        }
        if members.values.time != nil || record.claimedTime == nil {
            members[.seconds] = -1
            members[.nanoseconds] = -1
        } else if members.values.seconds == nil {
            members[.nanoseconds] = -1
        }
    }

    /// A name counts more than a number, as there are many kinds of numbers; Python's are recognized by the members
    /// beside them.
    private mutating func resolveSeverity(in record: inout LogRecord) {
        let isPython = members[.levelName] >= 0 || members[.levelNumber] >= 0
        if let named = members.values.levelName ?? members.values.level {
            record.severity = named
        } else if members.values.hasRare, let rare = rareSeverity() {
            record.severity = rare
        } else if let number = members.values.levelNumber {
            record.severity = Severity(pythonLevel: Double(number))
        } else if let number = members.values.anyNumber {
            let isPythonNumber = isPython && (10...60).contains(number)
            record.severity =
                isPythonNumber
                ? Severity(pythonLevel: Double(number)) : LevelNames.severity(number: number) ?? record.severity
        }
        let isSecond =
            members.values.anyNumber == nil ? members[.levelName] >= 0 : members[.levelNumber] >= 0
        if isSecond { members[.level] = -1 }
        if members.values.hasRare { resolveLevelFields() }
        record.facility = members.values.facility
    }

    /// The severity by members that few senders write.
    private func rareSeverity() -> Severity? {
        if let text = members.values.levelText { return text }
        if members[.mongoLevel] >= 0, let named = members.values.mongoLevel { return named }
        guard members.values.anyNumber == nil, members.values.levelNumber == nil else { return nil }
        if let number = members.values.openTelemetryLevel { return LevelNames.severity(openTelemetry: number) }
        return members.values.mySQLLevel.flatMap { LevelNames.severity(mySQL: $0) }
    }

    /// Makes one name and one number of the severity fields; others become extra fields.
    private mutating func resolveLevelFields() {
        var hasName = members[.levelName] >= 0 || members[.level] >= 0 && members.values.anyNumber == nil
        for role in [FieldRole.levelText, .mongoLevel] where members[role] >= 0 {
            if hasName { members[role] = -1 }
            hasName = true
        }
        var hasNumber = members[.levelNumber] >= 0 || members[.level] >= 0 && members.values.anyNumber != nil
        for role in [FieldRole.openTelemetryLevel, .mySQLLevel] where members[role] >= 0 {
            if hasNumber { members[role] = -1 }
            hasNumber = true
        }
    }

    // MARK: fields

    /// Mutating, because otherwise all of `self` is copied.
    ///
    /// - Returns: whether nothing of the value had to be replaced.
    private mutating func fill(
        _ role: FieldRole,
        with value: JSONValue,
        in text: Span<UInt8>,
        _ record: inout LogRecord
    ) -> Bool {
        switch role {
        case .message, .journalMessage, .outputLine:
            return fillMessage(with: value, isLine: role == .outputLine, in: text, &record)
        case .level:
            guard let number = members.values.anyNumber else {
                return Self.setLevelName(to: value, in: text, &record)
            }
            // The severity itself needs no number beside it.
            if number != Int64(record.severity.rawValue) { record.set(.levelNumber, to: number) }
            return true
        case .levelNumber:
            record.set(.levelNumber, to: members.values.levelNumber ?? 0)
            return true
        case .openTelemetryLevel, .mySQLLevel:
            record.set(.levelNumber, to: RoleValues.integer(value, in: text) ?? 0)
            return true
        case .line:
            record.set(.line, to: members.values.line ?? 0)
            return true
        case .levelName, .levelText, .mongoLevel:
            return Self.setLevelName(to: value, in: text, &record)
        case .file, .callSite:
            return fillFile(with: value, in: text, &record)
        case .time, .mongoTime, .seconds, .nanoseconds, .facility:
            return true
        case .mongoLogger, .mongoThread, .tracingTarget, .appName, .procid, .hostname, .msgid, .logger, .function,
            .processName, .threadName,
            .exception, .stack:
            guard let key = role.textField else { return true }
            return Self.set(key, to: value, in: text, &record)
        }
    }

    private func fillMessage(
        with value: JSONValue,
        isLine: Bool,
        in text: Span<UInt8>,
        _ record: inout LogRecord
    ) -> Bool {
        switch value {
        case .string(let string):
            let isWhole = string.append(from: text, to: &record.message)
            if isLine, record.message.last == UInt8(ascii: "\n") {
                record.message.removeLast()
                if record.message.last == UInt8(ascii: "\r") { record.message.removeLast() }
            }
            return isWhole
        case .array(let range):
            var bytes: [UInt8] = []
            _ = RoleValues.eachByte(of: text.extracting(range)) { bytes.append($0) }
            return TextEscaping.appendValid(bytes.span, to: &record.message)
        default:
            return true
        }
    }

    /// A file may have the line with it: `server/main.go:42`.
    private mutating func fillFile(with value: JSONValue, in text: Span<UInt8>, _ record: inout LogRecord) -> Bool {
        guard case .string(let string) = value else { return true }
        if record.mayLeaveUnread(.file), record.mayLeaveUnread(.line) { return true }
        let start = record.bytes.count
        let isWhole = string.append(from: text, to: &record.bytes)
        guard members[.line] < 0, let (count, line) = RoleValues.callSite(record.bytes.span.extracting(start...)) else {
            record.add(.known(.file), .bytes(start..<record.bytes.count))
            return isWhole
        }
        record.add(.known(.file), .bytes(start..<(start &+ count)))
        record.set(.line, to: line)
        return isWhole
    }

    /// Sets the level's name, without the brackets and blanks around it.
    private static func setLevelName(to value: JSONValue, in text: Span<UInt8>, _ record: inout LogRecord) -> Bool {
        guard case .string(let string) = value, !record.mayLeaveUnread(.levelName) else { return true }
        let start = record.bytes.count
        let isWhole = string.append(from: text, to: &record.bytes)
        let name = LevelNames.trimmed(record.bytes.span.extracting(start...))
        record.add(.known(.levelName), .bytes((start &+ name.lowerBound)..<(start &+ name.upperBound)))
        return isWhole
    }

    /// Sets a field to the text of a string or number.
    private static func set(
        _ key: FieldKey,
        to value: JSONValue,
        in text: Span<UInt8>,
        _ record: inout LogRecord
    ) -> Bool {
        guard !record.mayLeaveUnread(key) else { return true }
        let start = record.bytes.count
        let isWhole =
            if case .string(let string) = value {
                string.append(from: text, to: &record.bytes)
            } else {
                value.appendCompact(from: text, to: &record.bytes)
            }
        record.add(.known(key), .bytes(start..<record.bytes.count))
        return isWhole
    }

    /// Adds a member that has no known meaning as an extra field.
    private static func attach(_ member: MemberList.Member, in text: Span<UInt8>, _ record: inout LogRecord) -> Bool {
        if member.parent < 0, !member.name.hasEscapes,
            record.mayLeaveUnread(extra: text.extracting(member.name.range))
        {
            return true
        }
        let start = record.bytes.count
        if member.parent >= 0 { MemberList.appendPath(of: member.parent, to: &record.bytes) }
        var isWhole = member.name.append(from: text, to: &record.bytes)
        let name = start..<record.bytes.count
        if case .string(let string) = member.value {
            isWhole = string.append(from: text, to: &record.bytes) && isWhole
            record.add(.extra(name), .bytes(name.upperBound..<record.bytes.count))
        } else if let integer = member.value.integer(in: text) {
            record.add(.extra(name), .integer(integer))
        } else {
            isWhole = member.value.appendCompact(from: text, to: &record.bytes) && isWhole
            record.add(.extra(name), .json(name.upperBound..<record.bytes.count))
        }
        return isWhole
    }
}
