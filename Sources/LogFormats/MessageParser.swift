package import LogRecords

/// One parser of each format, with the memory that they use again from message to message.
package struct MessageParser: Sendable {
    private var python = PythonParser()
    private var syslog = SyslogParser()
    private var gelf = GELFParser()
    private var json = JSONParser()

    package init() {}

    /// Fills a record with what a message says.
    ///
    /// - Parameter record: just begun.
    /// - Throws: why the message cannot become a record.
    package mutating func parse(
        _ message: Span<UInt8>,
        as format: LogFormat,
        into record: inout LogRecord,
        _ reception: Reception
    ) throws(MessageFault) {
        switch format {
        case .python: try python.parse(message, into: &record, reception)
        case .syslog: syslog.parse(message, into: &record, reception)
        case .gelf: gelf.parse(message, into: &record, reception)
        case .json: json.parse(message, into: &record, reception)
        }
    }
}
