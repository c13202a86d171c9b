import Testing

@testable import SocketServer

@Suite struct ProtocolRegistryTests {
    @Test func protocolsAreFoundByTheirNames() {
        #expect(ProtocolRegistry.names == ["hello", "echo", "discard"])
        for name in ProtocolRegistry.names { #expect(ProtocolRegistry.named(name)?.name == name) }
        for name in ["", "Hello", "hello ", "daytime"] { #expect(ProtocolRegistry.named(name) == nil, "\(name)") }
    }

    @Test func replies() {
        let bytes: [UInt8] = [0, 255, 10]
        #expect(HelloProtocol().reply(to: bytes.span) == Array("Hello, client!".utf8))
        #expect(HelloProtocol().reply(to: Span()) == Array("Hello, client!".utf8))
        #expect(EchoProtocol().reply(to: bytes.span) == bytes)
        #expect(DiscardProtocol().reply(to: bytes.span) == nil)
    }

    @Test func helloReceivesAtMost1024BytesAndRepliesOnce() {
        #expect(HelloProtocol().receiveLimit == 1024)
        #expect(HelloProtocol().repliesOnce)
        #expect(!EchoProtocol().repliesOnce)
        #expect(!DiscardProtocol().repliesOnce)
    }
}
