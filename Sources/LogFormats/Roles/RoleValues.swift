import LogRecords

/// Reads the values of members whose roles are not simply text, and keeps those that count.
struct RoleValues: Sendable {
    private let levels = LevelNames.shared
    private var times = RFC3339Reader()
    private(set) var time: WallTime?
    private(set) var seconds: Int64?
    private(set) var nanoseconds: Int64?
    private(set) var facility: Facility?
    private(set) var line: Int64?
    /// The severity by its name, for each kind of member that has one.
    private(set) var level: Severity?
    private(set) var levelName: Severity?
    /// The severity's number, of any kind, and Python's.
    private(set) var anyNumber: Int64?
    private(set) var levelNumber: Int64?
    /// Whether any of the following was taken, or a member that counts beside others only.
    private(set) var hasRare = false
    private(set) var levelText: Severity?
    private(set) var mongoLevel: Severity?
    private(set) var openTelemetryLevel: Int64?
    private(set) var mySQLLevel: Int64?

    mutating func forget() {
        time = nil
        seconds = nil
        nanoseconds = nil
        facility = nil
        line = nil
        level = nil
        levelName = nil
        anyNumber = nil
        levelNumber = nil
        guard hasRare else { return }
        hasRare = false
        levelText = nil
        mongoLevel = nil
        openTelemetryLevel = nil
        mySQLLevel = nil
    }

    /// Takes a value for a role, from where it replaces an earlier one; false where the value does not fit the role.
    mutating func accept(
        _ value: JSONValue,
        as role: FieldRole,
        in text: Span<UInt8>,
        _ context: ReceiveContext
    ) -> Bool {
        switch role {
        case .message, .outputLine, .appName, .hostname, .msgid, .logger, .file, .function, .processName, .threadName:
            return isText(value)
        case .mongoLogger, .mongoThread, .tracingTarget:
            hasRare = true
            return isText(value)
        case .callSite:
            guard case .string(let string) = value else { return false }
            return Self.callSite(text.extracting(string.range)) != nil
        case .levelName:
            guard case .string(let name) = value, !name.range.isEmpty else { return false }
            levelName = severity(name, in: text)
            return true
        case .levelText, .mongoLevel:
            guard case .string(let name) = value, let read = severity(name, in: text) else { return false }
            hasRare = true
            if role == .levelText { levelText = read } else { mongoLevel = read }
            return true
        case .exception, .stack:
            guard case .string(let string) = value else { return false }
            return string.hasEscapes && hasLines(text.extracting(string.range))
        case .journalMessage:
            if case .array(let range) = value { return Self.isBytes(text.extracting(range)) }
            return isText(value)
        case .procid:
            return isText(value) || value.integer(in: text) != nil
        case .level:
            return acceptLevel(value, in: text)
        case .time:
            return acceptTime(value, in: text, context)
        case .mongoTime:
            return false
        case .levelNumber, .facility, .seconds, .nanoseconds, .line, .openTelemetryLevel, .mySQLLevel:
            guard let integer = Self.integer(value, in: text) else { return false }
            return accept(integer, as: role)
        }
    }

    private mutating func accept(_ integer: Int64, as role: FieldRole) -> Bool {
        switch role {
        case .levelNumber: levelNumber = integer
        case .line: line = integer
        case .seconds: seconds = integer
        case .openTelemetryLevel:
            guard LevelNames.severity(openTelemetry: integer) != nil else { return false }
            hasRare = true
            openTelemetryLevel = integer
        case .mySQLLevel:
            guard LevelNames.severity(mySQL: integer) != nil else { return false }
            hasRare = true
            mySQLLevel = integer
        case .nanoseconds:
            guard (0..<1_000_000_000).contains(integer) else { return false }
            nanoseconds = integer
        default:
            guard let number = UInt8(exactly: integer), let read = Facility(rawValue: number) else { return false }
            facility = read
        }
        return true
    }

    private mutating func acceptLevel(_ value: JSONValue, in text: Span<UInt8>) -> Bool {
        let number: Int64? = Self.startsWithLetter(value, in: text) ? nil : Self.integer(value, in: text)
        if let number {
            guard LevelNames.severity(number: number) != nil else { return false }
            anyNumber = number
            level = nil
            return true
        }
        guard case .string(let name) = value, let read = severity(name, in: text) else { return false }
        level = read
        anyNumber = nil
        return true
    }

    /// Whether a value is text that is no number at first sight.
    private static func startsWithLetter(_ value: JSONValue, in text: Span<UInt8>) -> Bool {
        guard case .string(let string) = value, !string.range.isEmpty else { return false }
        return ASCII.isLetter(text[string.range.lowerBound])
    }

    /// The severity of that name; terminal colours in it are escaped in JSON.
    ///
    /// Mutating, because otherwise all of `self` is copied.
    @inline(__always)
    mutating func severity(_ name: JSONString, in text: Span<UInt8>) -> Severity? {
        guard name.hasEscapes else { return levels.severity(named: text.extracting(name.range)) }
        guard let decoded = Self.decoded(name, in: text) else { return nil }
        return levels.severity(named: decoded.span)
    }

    private mutating func acceptTime(_ value: JSONValue, in text: Span<UInt8>, _ context: ReceiveContext) -> Bool {
        // Most are of RFC 3339, in the second of the last one.
        if case .string(let string) = value, !string.hasEscapes, let read = times.time(text.extracting(string.range)) {
            time = read
            return true
        }
        guard let read = Self.time(value, in: text, context) else { return false }
        time = read
        return true
    }

    /// Takes a time in an object: `{"$date": ...}` of MongoDB, `{"date": ..., "timezone": ...}` of PHP.
    mutating func acceptTime(
        _ object: Range<Int>,
        as role: FieldRole,
        in text: Span<UInt8>,
        _ context: ReceiveContext
    ) -> Bool {
        guard let read = JSONTimeObject.read(object, in: text, context),
            role == .time || JSONTimeObject.isMongo(object, in: text)
        else { return false }
        time = read
        return true
    }
}
