import LogRecords

/// Writes a record as a line of syslog(3), without a terminator, which depends on the socket.
struct SyslogEncoder: LogEncoder {
    private let facility: Facility
    private var tag: SyslogTagWriter
    private var calendar = CalendarCache()
    /// The second of the last record, and its text.
    private var second: Int64?
    private var timeText: [UInt8] = []

    var selection: FieldSelection { tag.selection.union(.message) }

    init(tag: SyslogTagWriter, facility: Facility) {
        self.tag = tag
        self.facility = facility
    }

    mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
        if second != record.time.seconds {
            second = record.time.seconds
            timeText.removeAll(keepingCapacity: true)
            Timestamp.append(syslog: calendar.local(record.time), to: &timeText)
        }
        bytes.append(UInt8(ascii: "<"))
        bytes.append(decimal: (record.facility ?? facility).rawValue << 3 | record.severity.rawValue)
        bytes.append(UInt8(ascii: ">"))
        bytes.append(contentsOf: timeText)
        tag.append(for: record, to: &bytes)
        record.appendEscapedMessage(to: &bytes)
    }
}
