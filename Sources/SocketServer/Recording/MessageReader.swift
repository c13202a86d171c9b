import LogFormats
import LogRecords

/// Reads messages of one format on one thread: the parser, with the memory that it uses again from message to message.
final class MessageReader {
    /// Unchecked, because asking costs more than the access: parsers call nothing.
    @exclusivity(unchecked) private var parser: any FormatParser

    init(_ format: LogFormat) {
        parser = format.parserType.init()
    }

    /// Fills a record that was begun.
    ///
    /// - Throws: why the message cannot become a record.
    func read(_ message: Span<UInt8>, into record: inout LogRecord, _ reception: Reception) throws(MessageFault) {
        try parser.parse(message, into: &record, reception)
    }
}
