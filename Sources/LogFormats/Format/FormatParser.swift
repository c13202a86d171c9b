package import LogRecords

/// Reads the messages of one format: a value without IO, which reuses its memory from message to message.
///
/// A format is a type of this protocol in a folder of its own, a case of `LogFormat`, and a line in its `parserType`.
package protocol FormatParser: Sendable {
    init()

    /// Makes the framing that cuts a stream into messages of the format.
    ///
    /// - Parameter limit: how many bytes of one message are kept.
    /// - Returns: a framing for one stream.
    static func makeFraming(limit: Int) -> any Framing

    /// Makes the framing that takes messages of the format out of datagrams.
    ///
    /// - Parameter limit: how many bytes of one message are kept.
    /// - Returns: a framing for one socket.
    static func makeDatagramFraming(limit: Int) -> any DatagramFraming

    /// Fills a record from a message.
    ///
    /// - Parameters:
    ///   - message: the message, without what frames it.
    ///   - record: just begun.
    ///   - context: when and where the message was received.
    /// - Throws: the reason why the message cannot become a record.
    mutating func parse(
        _ message: Span<UInt8>,
        into record: inout LogRecord,
        _ context: ReceiveContext
    ) throws(MessageError)
}

extension FormatParser {
    package static func makeDatagramFraming(limit: Int) -> any DatagramFraming {
        WholeDatagramFraming(limit: limit)
    }
}
