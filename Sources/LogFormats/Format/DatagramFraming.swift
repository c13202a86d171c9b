package import LogRecords

/// Makes messages of datagrams: a value without IO, as `Framing` is for streams.
package protocol DatagramFraming {
    /// What the last frame lies in, where that is not in its datagram.
    var buffered: [UInt8] { get }

    /// When `expire` is to be called next, as far as is known now; nil: not before the next datagram.
    var nextExpiry: Int64? { get }

    /// The message that a datagram is or completes; nil: none.
    ///
    /// - Parameters:
    ///   - datagram: as much of it as was received.
    ///   - length: how many bytes were sent.
    ///   - origin: the sender; its `peer` tells senders apart.
    ///   - now: nanoseconds of a clock that never goes back.
    /// - Throws: why there is no message, nor will be.
    mutating func frame(
        of datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        at now: Int64
    ) throws(MessageError) -> Frame?

    /// The next message that never became complete; to be called until it is nil.
    mutating func expire(at now: Int64) -> DatagramFailure?
}

/// A message that came in several datagrams, of which some are missing.
package struct DatagramFailure: Sendable {
    package let origin: Origin
    package let error: MessageError
}

extension DatagramFraming {
    package var buffered: [UInt8] { [] }
    package var nextExpiry: Int64? { nil }
    package mutating func expire(at now: Int64) -> DatagramFailure? { nil }

    /// Checks that nothing of a datagram is missing, where a part is of no use.
    func checkWhole(_ datagram: Span<UInt8>, length: Int, limit: Int) throws(MessageError) {
        guard length == datagram.count, length <= limit else {
            throw MessageError("the datagram of \(length) bytes is longer than \(min(limit, datagram.count))")
        }
    }
}
