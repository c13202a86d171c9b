/// A protocol of data and replies: what is received is recorded as it is, and may be replied to.
///
/// One is a small type like `HelloProtocol`, listed in `ProtocolRegistry`. It decides, and does no IO.
/// Its properties are best computed: each connection copies it several times, at no cost if it stores nothing.
package protocol ExchangeProtocol: Sendable {
    /// The name in flags, configuration files and records.
    var name: String { get }

    /// The most bytes that one receive takes from a stream; at most 64 KiB are taken.
    var receiveLimit: Int { get }

    /// Whether a client of a stream gets one reply, and with it the end of the stream.
    ///
    /// Then one that ends its side without having sent anything gets its reply too, to empty data.
    var repliesOnce: Bool { get }

    /// Whether the orderly end of a stream, as the answer to the client's own end, means that all is recorded.
    ///
    /// Then every other end is a reset. For protocols without replies, which have nothing else to confirm with.
    var endConfirms: Bool { get }

    /// The reply to one receive, or to one datagram; nil: none.
    func reply(to received: Span<UInt8>) -> [UInt8]?
}
