import LogFormats
import LogRecords

/// Reads the messages of one listener on one thread: the parser, with the memory that it uses again from message to
/// message, the policy of the listener, and its account.
final class MessageReader {
    let format: LogFormat
    /// Counts the messages.
    let account: MessageAccount
    private let policy: RecordPolicy
    /// Unchecked, because asking costs more than the access: parsers call nothing.
    @exclusivity(unchecked) private var parser: any FormatParser

    init(_ format: LogFormat, under policy: RecordPolicy, _ account: MessageAccount) {
        self.format = format
        self.account = account
        self.policy = policy
        parser = format.parserType.init()
    }

    /// Fills a record that was begun.
    ///
    /// - Parameters:
    ///   - message: as much of it as was kept.
    ///   - length: how many bytes were sent; a message that has fewer is marked as cut.
    ///   - origin: its sender.
    ///   - record: just begun.
    ///   - context: when and where the message was received.
    /// - Returns: false when the policy leaves the message out.
    /// - Throws: why the message cannot become a record.
    func read(
        _ message: Span<UInt8>,
        length: Int,
        from origin: Origin,
        into record: inout LogRecord,
        _ context: ReceiveContext
    ) throws(MessageError) -> Bool {
        try parser.parse(message, into: &record, context)
        if length > message.count { record.set(.originalLength, to: Int64(length)) }
        return policy.apply(to: &record, peerIsLocal: origin.isLocal)
    }
}
