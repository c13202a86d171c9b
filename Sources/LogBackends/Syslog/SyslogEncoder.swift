import LogRecords

/// Writes a record as a line of syslog(3), without an end: what ends it depends on the socket.
struct SyslogEncoder: LogEncoder {
    private let facility: Facility
    private var tag: ProgramTag
    private var calendar = CalendarCache()

    init(tag: ProgramTag, facility: Facility) {
        self.tag = tag
        self.facility = facility
    }

    mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
        let time = calendar.local(record.time)
        bytes.append(UInt8(ascii: "<"))
        bytes.append(decimal: (record.facility ?? facility).rawValue << 3 | record.severity.rawValue)
        bytes.append(UInt8(ascii: ">"))
        Timestamp.append(syslog: time, to: &bytes)
        tag.append(for: record, to: &bytes)
        record.appendEscapedMessage(to: &bytes)
    }
}
