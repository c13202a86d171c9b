/// What a listener speaks: what is replied to what was received.
///
/// A protocol is one small type like `HelloProtocol`, registered in `ProtocolRegistry`. It decides, and does no IO.
package protocol SocketProtocol: Sendable {
    /// The name in flags, configuration files and records.
    var name: String { get }

    /// The most bytes that one receive takes from a stream; at most `SocketLoop.receiveBytes`.
    var receiveLimit: Int { get }

    /// Whether a client of a stream gets one reply, and with it the end of the stream.
    ///
    /// Then one that ends its side without having sent anything gets its reply too, to empty data.
    var repliesOnce: Bool { get }

    /// The reply to one receive, or to one datagram; nil: none.
    func reply(to received: Span<UInt8>) -> [UInt8]?
}

/// The protocols there are.
package enum ProtocolRegistry {
    package static let all: [any SocketProtocol] = [HelloProtocol(), EchoProtocol(), DiscardProtocol()]

    package static var names: [String] { all.map(\.name) }

    package static func named(_ name: String) -> (any SocketProtocol)? {
        all.first { $0.name == name }
    }
}
