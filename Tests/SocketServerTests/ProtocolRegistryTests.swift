import LogFormats
import Testing

@testable import SocketServer

@Suite struct ProtocolRegistryTests {
    @Test func protocolsAreFoundByTheirNames() {
        #expect(
            ProtocolRegistry.names == [
                "hello", "echo", "discard", "python", "syslog", "gelf", "json", "relp", "metrics",
            ]
        )
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

    /// Senders of log messages do not read.
    @Test func nothingIsRepliedToLogMessages() {
        let bytes = Array("<14>x".utf8)
        for format in LogFormat.allCases {
            let intake = Service.intake(format)
            #expect(intake.format == format)
            #expect(intake.name == format.rawValue)
            #expect(intake.exchange?.reply(to: bytes.span) == nil)
            #expect(intake.exchange?.reply(to: Span()) == nil)
            #expect(intake.exchange?.repliesOnce != true)
            #expect(ProtocolRegistry.named(format.rawValue)?.format == format)
        }
        for name in ["hello", "echo", "discard"] { #expect(ProtocolRegistry.named(name)?.format == nil) }
    }

    @Test func helloReceivesAtMost1024BytesAndRepliesOnce() {
        #expect(HelloProtocol().receiveLimit == 1024)
        #expect(HelloProtocol().repliesOnce)
        #expect(!EchoProtocol().repliesOnce)
        #expect(!DiscardProtocol().repliesOnce)
    }
}
