/// The formats of log messages that clients send.
package enum LogFormat: String, Sendable, CaseIterable {
    /// Python's `logging.handlers.SocketHandler` and `DatagramHandler`: pickled log records.
    case python
    /// RFC 5424 and RFC 3164.
    case syslog
    /// Graylog's GELF 1.1.
    case gelf
    /// JSON objects, one a line or a datagram.
    case json

    /// The parser of messages of the format, which also makes its framings.
    package var parserType: any FormatParser.Type {
        switch self {
        case .python: PythonParser.self
        case .syslog: SyslogParser.self
        case .gelf: GELFParser.self
        case .json: JSONParser.self
        }
    }
}
