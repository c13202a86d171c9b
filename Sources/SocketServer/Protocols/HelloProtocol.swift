/// Greets each client once, whatever it said, and closes.
package struct HelloProtocol: ExchangeProtocol {
    package static let greeting = Array("Hello, client!".utf8)

    package let name = "hello"
    package let receiveLimit = 1024
    package let repliesOnce = true
    package let endConfirms = false

    package init() {}

    package func reply(to received: Span<UInt8>) -> [UInt8]? {
        Self.greeting
    }
}
