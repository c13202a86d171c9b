/// One thing to log: an event of the program itself or a sender's message, and its fields.
///
/// A record is filled, encoded and filled again: `begin` forgets the content and keeps the memory, so that a
/// producer that reuses one record allocates nothing once the record has grown to the size of its work.
public struct LogRecord: Sendable {
    /// When the record was made, or the message received.
    public private(set) var time: WallTime
    /// How urgent it is.
    public var severity: Severity
    /// The kind of event of the program itself; nil for a sender's message.
    public private(set) var event: Event?
    /// The connection or sender that it comes from; nil for records of the program itself.
    public private(set) var origin: Origin?
    /// The sender's facility; nil where it named none.
    public var facility: Facility?
    /// The time that the sender claims.
    public var claimedTime: WallTime?
    /// The text, in UTF-8.
    ///
    /// Free of control characters where the methods of this type made it; a sender's may have any.
    public var message: [UInt8] = []
    /// Whether the message is known to be printable ASCII (0x20 to 0x7E), which no output has to escape.
    public private(set) var hasPlainMessage = false
    /// The fields, in the order in which they were added.
    public private(set) var fields: [Field] = []
    /// The bytes that the fields' ranges refer to.
    ///
    /// The producer that fills the record may append to it, and then call `add`.
    public var bytes: [UInt8] = []
    /// Whether there are fields with names that the sender chose; most records have none, and need not be searched.
    public private(set) var hasExtra = false
    /// Whether there is structured data.
    public private(set) var hasStructuredData = false
    /// The known keys that there are fields of.
    private var keys = EnumSet<FieldKey>()
    /// The fields that are needed: `add` and `set` leave out others.
    ///
    /// It stays as it is from record to record.
    public var selection = FieldSelection.all
    /// The name by which records of the program itself are known when they come back to it.
    ///
    /// A field `appName` with this value is kept in any case.
    public var ownName: StaticString = ""
    /// Extra fields whose names begin with it are kept in any case, for the same reason; empty: none.
    public var ownPrefix: StaticString = ""

    /// Makes a record with an empty message and no fields.
    public init(_ event: Event?, severity: Severity, time: WallTime = .now, origin: Origin? = nil) {
        self.time = time
        self.severity = severity
        self.event = event
        self.origin = origin
    }

    /// Makes this another record; the memory of the last one is used again.
    public mutating func begin(_ event: Event?, severity: Severity, time: WallTime, origin: Origin?) {
        self.time = time
        self.severity = severity
        self.event = event
        // Asked first, because a new one costs references, and most records are of the same sender as the last one.
        if self.origin !== origin { self.origin = origin }
        facility = nil
        claimedTime = nil
        hasExtra = false
        hasStructuredData = false
        hasPlainMessage = false
        keys.removeAll()
        // Asked first, because removing takes its time even where there is nothing.
        if !message.isEmpty { message.removeAll(keepingCapacity: true) }
        if !fields.isEmpty { fields.removeAll(keepingCapacity: true) }
        if !bytes.isEmpty { bytes.removeAll(keepingCapacity: true) }
    }

    // MARK: the message

    /// Makes printable ASCII (0x20 to 0x7E) the message.
    ///
    /// What is done with the message afterwards has to leave it so.
    public mutating func setPlainMessage(_ text: Span<UInt8>) {
        if !message.isEmpty { message.removeAll(keepingCapacity: true) }
        message.append(text)
        hasPlainMessage = true
    }

    /// Appends text to the message as it is.
    public mutating func append(_ text: StaticString) {
        hasPlainMessage = false
        message.append(text)
    }

    /// Appends text to the message; control characters in it are escaped.
    public mutating func append(_ text: String) {
        hasPlainMessage = false
        message.append(escaping: text)
    }

    /// Appends data that a peer sent to the message: valid UTF-8 as it is, control characters and invalid bytes escaped.
    public mutating func append(escaping data: Span<UInt8>) {
        hasPlainMessage = false
        TextEscaping.append(data, to: &message)
    }

    // MARK: fields

    /// Whether a field of that key with that value is needed.
    public func needs(_ key: FieldKey, _ value: Span<UInt8>) -> Bool {
        selection.contains(key) || key == .appName && value.isEqual(to: ownName)
    }

    /// Whether a parser may leave an extra field of that name unread; see `FieldSelection.mayLeaveUnread`.
    public borrowing func mayLeaveUnread(extra name: Span<UInt8>) -> Bool {
        selection.hidesFaults && !needsExtra(named: name)
    }

    /// Whether an extra field of that name is needed.
    public func needsExtra(named name: Span<UInt8>) -> Bool {
        selection.contains(.extra) || !ownPrefix.isEmpty && name.begins(with: ownPrefix)
    }

    private func needs(_ name: Field.Name, _ value: Field.Value) -> Bool {
        switch name {
        case .known(let key) where selection.contains(key): true
        case .known(let key):
            switch value {
            case .bytes(let range): needs(key, bytes.span.extracting(range))
            case .integer, .json: false
            }
        case .extra(let range): needsExtra(named: bytes.span.extracting(range))
        case .structured: selection.contains(.structuredData)
        }
    }

    /// Adds a field with an integer.
    public mutating func set(_ key: FieldKey, to integer: Int64) {
        add(.known(key), .integer(integer))
    }

    /// Adds a field with bytes, such as a peer's data.
    public mutating func set(_ key: FieldKey, to data: Span<UInt8>) {
        guard needs(key, data) else { return }
        add(.known(key), .bytes(store(data)))
    }

    /// Adds a field with text.
    public mutating func set(_ key: FieldKey, to text: StaticString) {
        guard selection.contains(key) else { return }
        let start = bytes.count
        bytes.append(text)
        add(.known(key), .bytes(start..<bytes.count))
    }

    /// Appends to `bytes`.
    ///
    /// - Returns: where it is.
    public mutating func store(_ data: Span<UInt8>) -> Range<Int> {
        let start = bytes.count
        bytes.append(data)
        return start..<bytes.count
    }

    /// Adds a field whose ranges are in `bytes` already.
    public mutating func add(_ name: Field.Name, _ value: Field.Value) {
        guard selection == .all || needs(name, value) else { return }
        switch name {
        case .known(let key): keys.insert(key)
        case .extra: hasExtra = true
        case .structured: hasStructuredData = true
        }
        fields.append(Field(name: name, value: value))
    }

    /// Whether there is a field of that key.
    public func has(_ key: FieldKey) -> Bool { keys.contains(key) }

    /// The value of the first field of that key.
    public func value(of key: FieldKey) -> Field.Value? {
        guard has(key) else { return nil }
        for field in fields {
            if case .known(key) = field.name { return field.value }
        }
        return nil
    }

    // MARK: the message with its traceback

    /// Appends the message as a text log shows it: with exception and stack on lines of their own, as the
    /// `format` of Python's `logging.Formatter` does.
    public func appendFullMessage(to output: inout [UInt8]) {
        forEachPart { output.append($0) }
    }

    /// Whether the message as a text log shows it is `message`, and nothing of it has to be escaped.
    public var isPlainLine: Bool { hasPlainMessage && !has(.exceptionText) && !has(.stackInfo) }

    /// Appends the same with everything escaped that `TextEscaping` escapes: one line.
    public func appendEscapedMessage(to output: inout [UInt8]) {
        if isPlainLine { return output.append(message.span) }
        forEachPart { TextEscaping.append($0, to: &output) }
    }

    private func forEachPart(_ body: (Span<UInt8>) -> Void) {
        body(message.span)
        guard has(.exceptionText) || has(.stackInfo) else { return }
        var last = message.last
        for key in [FieldKey.exceptionText, .stackInfo] {
            guard case .bytes(let range)? = value(of: key), !range.isEmpty else { continue }
            if last != UInt8(ascii: "\n") {
                // The pointer does not leave the call.
                ("\n" as StaticString).withUTF8Buffer { body($0.span) }
            }
            body(bytes.span.extracting(range))
            last = bytes[range].last
        }
    }
}
