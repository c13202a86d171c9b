package import LogRecords

/// Makes records of log messages in JSON, of any logging library: one object each.
///
/// Members whose names and values are known (`FieldRole`) fill the record; all others are kept as extra fields, with
/// their types. Where no member is the message, the whole object is. Members of objects of meaning that have none
/// themselves are kept under both names, with a dot between.
///
/// A message that is not a JSON object becomes a record with its text, and a fault.
package struct JSONParser: FormatParser {
    var members = MemberList()

    package init() {}

    package static func makeFraming(limit: Int) -> any Framing {
        LineFraming(limit: limit, endings: .newlineOrNull)
    }

    /// Fills a record that was begun; never fails.
    package mutating func parse(_ message: Span<UInt8>, into record: inout LogRecord, _ context: ReceiveContext) {
        let text = message.extracting(JSONScanner.content(of: message))
        record.severity = .informational
        members.unread.update(for: &record)
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
                    fill(role, with: member.value, in: text, &record, isPlain: context.isPlain)
                } else if member.parent < 0, members.unread.contains(extra: member.name, in: text) {
                    true
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
}
