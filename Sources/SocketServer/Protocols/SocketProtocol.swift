package import LogFormats

/// What a listener speaks: what is replied to what was received, or how messages are read in it.
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

    /// The format of the messages that clients send, each of which is a record; nil: what is received is data.
    ///
    /// With a format there is never a reply.
    var format: LogFormat? { get }

    /// The reply to one receive, or to one datagram; nil: none.
    func reply(to received: Span<UInt8>) -> [UInt8]?
}

extension SocketProtocol {
    package var format: LogFormat? { nil }
}

/// The protocols there are.
package enum ProtocolRegistry {
    package static let all: [any SocketProtocol] =
        [HelloProtocol(), EchoProtocol(), DiscardProtocol()] + LogFormat.allCases.map(IntakeProtocol.init)

    package static var names: [String] { all.map(\.name) }

    package static func named(_ name: String) -> (any SocketProtocol)? {
        all.first { $0.name == name }
    }
}
