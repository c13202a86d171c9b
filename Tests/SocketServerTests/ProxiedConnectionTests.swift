import Foundation
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Connections that begin with a PROXY header.
@Suite struct ProxiedConnectionTests {
    private let server: TestServer

    init() throws {
        // Peer and proxy of each record, and the message.
        let backend = MemoryBackend(encoding: { record in
            let origin = record.origin
            return Array("\(origin?.peerText ?? "-") \(origin?.proxy?.description ?? "-") ".utf8) + record.message
        })
        server = try TestServer(backend, threshold: .notice)
    }

    private func listen(
        _ name: String = "syslog",
        trusting prefix: String = "127.0.0.0/8",
        unix: String? = nil
    ) throws -> ListenAddress {
        let socket = try ListeningSocket.open(unix.map(ListenAddress.unix) ?? .tcp(host: "127.0.0.1", port: 0))
        let bound = try #require(ListenAddress(of: socket))
        let trust = ProxyTrust(trustsUnix: unix != nil, prefixes: [try #require(AddressPrefix(prefix))])
        let service = try #require(ProtocolRegistry.named(name))
        let limits = ListenerLimits(idleTimeout: nil)
        let listener = StreamListener(name: "test", service: service, limits: limits, trustedProxies: trust)
        server.server.accept(listener, on: socket)
        return bound
    }

    private func expectRecord(_ pattern: String) throws {
        #expect(eventually { !server.messages.isEmpty })
        let text = try #require(server.messages.first)
        #expect(text.contains(try Regex(pattern)), "\(text)")
    }

    @Test func thePeerIsTheClientAndTheProxyIsAField() throws {
        let client = try Client(listen())
        try client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 514\r\n<13>hello\n")
        client.endOutput()
        #expect(try client.receiveAll() == [])
        try expectRecord(#"^192\.0\.2\.7:4711 127\.0\.0\.1:\d+ hello$"#)
    }

    @Test func aHeaderMayComeInPiecesAndApartFromTheMessage() throws {
        let client = try Client(listen())
        for byte in "PROXY TCP6 2001:db8::7 2001:db8::1 4711 514\r\n".utf8 {
            try client.send([byte])
            server.finishPending()
        }
        try client.send("<13>hello\n")
        client.endOutput()
        #expect(try client.receiveAll() == [])
        try expectRecord(#"^\[2001:db8::7\]:4711 127\.0\.0\.1:\d+ hello$"#)
    }

    @Test func anIPv4AddressInIPv6IsShownAsIPv4() throws {
        let client = try Client(listen())
        try client.send("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 514\r\n<13>hello\n")
        client.endOutput()
        _ = try client.receiveAll()
        try expectRecord(#"^192\.0\.2\.7:1 "#)
    }

    @Test func withoutAnAddressThePeerIsTheProxy() throws {
        let client = try Client(listen())
        try client.send(Array("\r\n\r\n\0\r\nQUIT\n\u{20}\0\0\0<13>hello\n".utf8))
        client.endOutput()
        _ = try client.receiveAll()
        try expectRecord(#"^127\.0\.0\.1:\d+ 127\.0\.0\.1:\d+ hello$"#)
    }

    /// Proxies try their servers every few seconds.
    @Test func aConnectionWithoutAByteOfAClientMakesNoRecord() throws {
        let server = try TestServer(threshold: .debug)
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0))
        let address = try #require(ListenAddress(of: socket))
        let trust = ProxyTrust(trustsUnix: false, prefixes: [try #require(AddressPrefix("127.0.0.1"))])
        let limits = ListenerLimits(maxConnections: 1)
        let listener = StreamListener(
            name: "test",
            service: .intake(.syslog),
            limits: limits,
            trustedProxies: trust
        )
        server.server.accept(listener, on: socket)
        for start in ["", "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n", "PROXY TCP4 127.0", "PROXY UNKNOWN\r\n"] {
            for isReset in [false, true] {
                let client = try Client(address)
                try client.send(start)
                server.finishPending()
                if isReset {
                    client.reset()
                } else {
                    client.endOutput()
                    // A reset where a part of a header was left unread.
                    #expect((try? client.receiveAll()) ?? [] == [])
                }
            }
        }
        server.finishPending()
        #expect(server.messages == [])
        #expect(server.server.metrics.open == 0 && server.server.metrics.total == 8)
    }

    /// Clients that send nothing have descriptors, too, and leave some for the log.
    @Test func connectionsWithoutAByteCountForTheLimitOfAllListeners() throws {
        let proxied = try listen()
        let other = try server.listen("hello")
        server.server.limitConnections(to: 1)
        let silent = try Client(proxied)
        try silent.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 514\r\n")
        server.finishPending()
        #expect(server.server.metrics.snapshot().first { $0.name == "test" }?.open == 1)
        let client = try Client(other)
        try client.send("x")
        #expect(eventually { server.messages.contains { $0.contains("Too many open files; they wait") } })
        #expect(client.isQuiet)
        silent.close()
        #expect(try client.receiveText() == "Hello, client!")
    }

    @Test func anotherPeerIsRefusedAndRecorded() throws {
        let client = try Client(listen(trusting: "192.0.2.0/24"))
        #expect(throws: Client.Failure.self) {
            try client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 514\r\n<13>hello\n")
            _ = try client.receiveAll()
        }
        try expectRecord("its address is not one of trusted_proxies$")
    }

    @Test func aStreamWithoutAHeaderIsRefusedAndRecorded() throws {
        let client = try Client(listen())
        try client.send("<13>hello\n")
        #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try client.receiveAll() }
        try expectRecord("takes those of proxies only: the stream does not begin with a PROXY header$")
    }

    @Test func proxiesAtUnixSocketsAreTrustedWhereTheyAre() throws {
        let directory = try TemporaryDirectory()
        let client = try Client(listen(unix: directory.path("proxied.sock")))
        try client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 514\r\n<13>hello\n")
        client.endOutput()
        _ = try client.receiveAll()
        try expectRecord(#"^192\.0\.2\.7:4711 unix:pid=\d+,uid=\d+,gid=\d+ hello$"#)
    }

    /// The first byte is the client's, also where the protocol replies.
    @Test func repliesGoThroughTheProxy() throws {
        let client = try Client(listen("hello"))
        try client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 514\r\nx")
        #expect(try client.receiveAllText() == "Hello, client!")
    }
}
