package import LogRecords

/// Makes messages of datagrams: a value without IO, as `Framing` is for streams.
package protocol DatagramFraming {
    /// The bytes that a frame's `buffered` place is a range of.
    ///
    /// Valid until the next call.
    var buffered: [UInt8] { get }

    /// When the caller calls `expire` next, in nanoseconds; nil: after the next datagram.
    var nextExpiry: Int64? { get }

    /// Returns the message that a datagram is or completes.
    ///
    /// - Parameters:
    ///   - datagram: its bytes, up to the size of the receive buffer.
    ///   - length: how many bytes were sent.
    ///   - origin: the sender; its `peer` distinguishes senders.
    ///   - now: nanoseconds of a monotonic clock.
    /// - Returns: the message; nil when its other datagrams are still to come.
    /// - Throws: the reason why the datagram is malformed or spoils its message.
    mutating func frame(
        of datagram: Span<UInt8>,
        length: Int,
        from origin: Origin,
        at now: Int64
    ) throws(MessageError) -> Frame?

    /// The memory of incomplete messages, in bytes.
    var heldMemory: Int { get }

    /// Gives up an incomplete message of the sender that holds most; `expire` returns it.
    mutating func giveUpOne()

    /// Returns the next message that was given up incomplete.
    ///
    /// The caller repeats the call until it returns nil.
    mutating func expire(at now: Int64) -> DatagramFailure?
}

/// A message that was given up because some of its datagrams are missing.
package struct DatagramFailure: Sendable {
    package let origin: Origin
    package let error: MessageError
}

extension DatagramFraming {
    package var buffered: [UInt8] { [] }
    package var nextExpiry: Int64? { nil }
    package var heldMemory: Int { 0 }
    package mutating func giveUpOne() {}
    package mutating func expire(at now: Int64) -> DatagramFailure? { nil }

    /// Checks that a datagram was received whole, for formats in which a part is of no use.
    ///
    /// - Throws: where a part of it is missing.
    func checkWhole(_ datagram: Span<UInt8>, length: Int, limit: Int) throws(MessageError) {
        guard length == datagram.count, length <= limit else {
            throw MessageError(
                "the datagram of \(length) bytes is longer than \(min(limit, datagram.count))",
                .tooLong
            )
        }
    }
}
