/// Throws away what it receives, and never answers (RFC 863).
package struct DiscardProtocol: ExchangeProtocol {
    package let name = "discard"
    package let receiveLimit = 16 * 1024
    package let repliesOnce = false
    package let endConfirms = true

    package init() {}

    package func reply(to received: Span<UInt8>) -> [UInt8]? {
        nil
    }
}
