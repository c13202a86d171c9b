/// Greets each client once, whatever it said, and closes.
package struct HelloProtocol: ExchangeProtocol {
    package static let greeting = Array("Hello, client!".utf8)

    package var name: String { "hello" }
    package var receiveLimit: Int { 1024 }
    package var repliesOnce: Bool { true }
    package var endConfirms: Bool { false }

    package init() {}

    package func reply(to received: Span<UInt8>) -> [UInt8]? {
        Self.greeting
    }
}
