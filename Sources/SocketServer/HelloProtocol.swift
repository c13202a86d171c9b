package import NIOCore

/// Greets each client once, whatever it said, and closes.
package struct HelloProtocol: SocketProtocol {
    package static let greeting = ByteBuffer(string: "Hello, client!")

    package let name = "hello"
    package let receiveLimit = 1024
    package let repliesOnce = true

    package init() {}

    package func reply(to received: ByteBuffer) -> ByteBuffer? {
        Self.greeting
    }
}
