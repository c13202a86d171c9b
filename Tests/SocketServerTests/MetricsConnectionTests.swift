import Foundation
import LogBackends
import LogFormats
import TestSupport
import Testing

@testable import SocketServer

/// The metrics over a socket; their text is the daemon's.
@Suite struct MetricsConnectionTests {
    private func listen(
        _ server: TestServer,
        limits: ListenerLimits = ListenerLimits(),
        body: [UInt8] = Array("page\n".utf8)
    ) throws -> ListenAddress {
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0))
        let bound = try #require(ListenAddress(of: socket))
        let listener = StreamListener(name: "metrics", service: .metrics, limits: limits) { path in
            path == "/metrics" ? HTTPResponse(body: body) : HTTPResponse(status: 404, body: [])
        }
        server.server.accept(listener, on: socket)
        return bound
    }

    private func ask(_ request: String, _ address: ListenAddress) throws -> String {
        let client = try Client(address)
        try client.send(request)
        return try client.receiveAllText()
    }

    @Test func aRequestIsAnsweredAndTheConnectionEnds() throws {
        let server = try TestServer()
        let address = try listen(server)
        let response = try ask("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", address)
        #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(response.hasSuffix("\r\nContent-Length: 5\r\nConnection: close\r\n\r\npage\n"))
        #expect(try ask("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n", address).hasSuffix("Connection: close\r\n\r\n"))
        #expect(try ask("HEAD /metrics HTTP/1.1\r\n\r\n", address).hasSuffix("Connection: close\r\n\r\n"))
        #expect(try ask("GET /x HTTP/1.0\r\n\r\n", address).hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(try ask("POST /metrics HTTP/1.0\r\n\r\n", address).hasPrefix("HTTP/1.1 405 "))
        let long = "GET /metrics HTTP/1.0\r\nA: " + String(repeating: "a", count: 9000)
        #expect(try ask(long, address).hasPrefix("HTTP/1.1 431 "))
        server.finishPending()
        #expect(server.messages == [])
    }

    @Test func aRequestMayComeInPieces() throws {
        let server = try TestServer()
        let client = try Client(listen(server))
        for byte in "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".utf8 {
            try client.send([byte])
            server.finishPending()
        }
        #expect(try client.receiveAllText().hasSuffix("page\n"))
    }

    /// They are needed most then.
    @Test func theMetricsCanBeHadWhileTheLogStandsStill() throws {
        let backend = MemoryBackend(paused: true)
        let server = try TestServer(backend, capacity: 1000)
        let address = try listen(server)
        let hello = try Client(server.listen("syslog"))
        for _ in 0..<100 { try hello.send("<13>" + String(repeating: "x", count: 100) + "\n") }
        #expect(eventually { server.pipeline.isFull })
        #expect(try ask("GET /metrics HTTP/1.0\r\n\r\n", address).hasSuffix("page\n"))
        backend.release()
    }

    @Test func aLongPageIsSentAsTheClientTakesIt() throws {
        let server = try TestServer()
        let client = try Client(listen(server, body: Array(repeating: UInt8(ascii: "x"), count: 20_000_000)))
        try client.send("GET /metrics HTTP/1.0\r\n\r\n")
        server.finishPending()
        #expect(try client.receiveAll().count > 20_000_000)
    }

    @Test func atMostSoManyAreServedAtOnce() throws {
        let server = try TestServer()
        let address = try listen(server, limits: ListenerLimits(maxConnections: 2))
        let silent = try (0..<2).map { _ in try Client(address) }
        server.finishPending()
        let third = try Client(address)
        try third.send("GET /metrics HTTP/1.0\r\n\r\n")
        server.finishPending()
        #expect(third.isQuiet)
        silent[0].close()
        #expect(try third.receiveAllText().hasSuffix("page\n"))
        silent[1].close()
        #expect(eventually { server.server.metrics.open == 0 })
        #expect(server.server.metrics.total == 3)
    }

    @Test func aStopEndsThem() throws {
        let server = try TestServer()
        let client = try Client(listen(server))
        server.finishPending()
        server.stopAccepting()
        server.server.finish()
        #expect(try client.receiveAll() == [])
    }
}
