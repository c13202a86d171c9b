import LogFormats
import LogRecords

/// How the messages of all connections and datagrams become records.
extension SocketLoop {
    /// The most memory that unfinished messages of streams may take.
    static let heldLimit = 64 * 1024 * 1024
    /// And as much of it each connection has in any case.
    static let freelyHeld = 8 * 1024

    /// What parsers are told of what has just been received.
    func reception() -> Reception {
        let time = WallTime.now
        return Reception(time: time, secondsFromUTC: zone.secondsFromUTC(at: time))
    }

    /// Parses a message and records it.
    ///
    /// - Parameters:
    ///   - length: how many bytes were sent; a message that has fewer is marked as cut.
    ///   - author: who is told when the output refuses it.
    func record(
        _ message: Span<UInt8>,
        length: Int,
        as format: LogFormat,
        from origin: Origin,
        by author: (any Recorder.Author)?,
        _ reception: Reception
    ) throws(MessageFault) {
        try recorder.recordMessage(from: origin, at: reception.time, by: author) { record throws(MessageFault) in
            try parser.parse(message, as: format, into: &record, reception)
            if length > message.count { record.set(.originalLength, to: Int64(length)) }
        }
    }
}
