import LogRecords

/// Sends back what it receives (RFC 862).
package struct EchoProtocol: ExchangeProtocol {
    package let name = "echo"
    package let receiveLimit = 16 * 1024
    package let repliesOnce = false
    package let endConfirms = false

    package init() {}

    package func reply(to received: Span<UInt8>) -> [UInt8]? {
        var reply: [UInt8] = []
        reply.append(received)
        return reply
    }
}
