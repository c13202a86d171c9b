import LogRecords

/// Sends back what it receives (RFC 862).
package struct EchoProtocol: ExchangeProtocol {
    package var name: String { "echo" }
    package var receiveLimit: Int { 16 * 1024 }
    package var repliesOnce: Bool { false }
    package var endConfirms: Bool { false }

    package init() {}

    package func reply(to received: Span<UInt8>) -> [UInt8]? {
        var reply: [UInt8] = []
        reply.append(received)
        return reply
    }
}
