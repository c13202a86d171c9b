import LogRecords

/// Makes fields of members.
extension JSONParser {
    /// Mutating, because otherwise all of `self` is copied.
    ///
    /// - Returns: whether nothing of the value had to be replaced.
    mutating func fill(
        _ role: FieldRole,
        with value: JSONValue,
        in text: Span<UInt8>,
        _ record: inout LogRecord,
        isPlain: Bool
    ) -> Bool {
        switch role {
        case .message, .journalMessage, .outputLine:
            return fillMessage(with: value, isLine: role == .outputLine, in: text, &record, isPlain: isPlain)
        case .level:
            guard let number = members.values.anyNumber else {
                return setLevelName(to: value, in: text, &record)
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
            return setLevelName(to: value, in: text, &record)
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
        _ record: inout LogRecord,
        isPlain: Bool
    ) -> Bool {
        switch value {
        case .string(let string) where isPlain && !string.hasEscapes && !string.range.isEmpty:
            record.setPlainMessage(text.extracting(string.range))
            return true
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
        if record.selection.mayLeaveUnread(.file), record.selection.mayLeaveUnread(.line) { return true }
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
    private mutating func setLevelName(
        to value: JSONValue,
        in text: Span<UInt8>,
        _ record: inout LogRecord
    ) -> Bool {
        guard case .string(let string) = value, !record.selection.mayLeaveUnread(.levelName),
            hasLevelNumber || !record.selection.mayLeaveUnread(parts: .unnumberedLevelName)
        else { return true }
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
        guard !record.selection.mayLeaveUnread(key) else { return true }
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
    static func attach(_ member: MemberList.Member, in text: Span<UInt8>, _ record: inout LogRecord) -> Bool {
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

    private var hasLevelNumber: Bool {
        members.values.anyNumber != nil || members[.levelNumber] >= 0
            || members.values.hasRare && (members[.openTelemetryLevel] >= 0 || members[.mySQLLevel] >= 0)
    }
}
