package import NIOCore

/// Sends back what it receives (RFC 862).
package struct EchoProtocol: SocketProtocol {
    package let name = "echo"
    package let receiveLimit = 16 * 1024
    package let repliesOnce = false

    package init() {}

    package func reply(to received: ByteBuffer) -> ByteBuffer? {
        received
    }
}
