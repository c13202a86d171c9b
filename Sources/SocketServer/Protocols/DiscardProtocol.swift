/// Throws away what it receives, and never answers (RFC 863).
package struct DiscardProtocol: ExchangeProtocol {
    package var name: String { "discard" }
    package var receiveLimit: Int { 16 * 1024 }
    package var repliesOnce: Bool { false }
    package var endConfirms: Bool { true }

    package init() {}

    package func reply(to received: Span<UInt8>) -> [UInt8]? {
        nil
    }
}
