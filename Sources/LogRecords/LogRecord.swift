/// One thing to log: an event, its message and its fields.
///
/// A record is filled, encoded and filled again: `begin` forgets the content and keeps the memory, so that a
/// producer that reuses one record allocates nothing once the record has grown to the size of its work.
public struct LogRecord: Sendable {
    public struct Field: Sendable {
        public enum Value: Sendable {
            case integer(Int64)
            /// A range of the record's `bytes`.
            case bytes(Range<Int>)
        }

        public let key: FieldKey
        public let value: Value
    }

    public private(set) var time: WallTime
    public private(set) var severity: Severity
    public private(set) var event: Event
    public private(set) var origin: Origin?
    /// The text, in UTF-8, free of control characters where the methods of this type made it.
    public private(set) var message: [UInt8] = []
    public private(set) var fields: [Field] = []
    /// What the fields' ranges are ranges of.
    public private(set) var bytes: [UInt8] = []

    public init(_ event: Event, severity: Severity, time: WallTime = .now, origin: Origin? = nil) {
        self.time = time
        self.severity = severity
        self.event = event
        self.origin = origin
    }

    /// Makes this another record; the memory of the last one is used again.
    public mutating func begin(_ event: Event, severity: Severity, time: WallTime, origin: Origin?) {
        self.time = time
        self.severity = severity
        self.event = event
        self.origin = origin
        message.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    public mutating func append(_ text: StaticString) {
        message.append(text)
    }

    /// Appends text to the message; control characters in it are escaped.
    public mutating func append(_ text: String) {
        message.append(escaping: text)
    }

    /// Appends data that a peer sent to the message: valid UTF-8 as it is, control characters and invalid bytes escaped.
    public mutating func append(escaping data: Span<UInt8>) {
        TextEscaping.append(data, to: &message)
    }

    public mutating func set(_ key: FieldKey, to integer: Int64) {
        fields.append(Field(key: key, value: .integer(integer)))
    }

    public mutating func set(_ key: FieldKey, to data: Span<UInt8>) {
        let start = bytes.count
        bytes.append(data)
        fields.append(Field(key: key, value: .bytes(start..<bytes.count)))
    }
}
