import CLinux
import Foundation
import TestSupport
import Testing

@testable import SocketServer

@Suite struct KeepAliveTests {
    private func option(_ socket: Int32, _ level: Int32, _ name: Int32) throws -> Int {
        var value: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        try #require(getsockopt(socket, level, name, &value, &length) == 0)
        return Int(value)
    }

    /// The probes of an idle connection, and data without an acknowledgement; see tcp(7).
    @Test func aPeerThatVanishedIsNoticedWithinTenMinutes() throws {
        let listening = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0))
        defer { close(listening) }
        KeepAlive.setForReplies(listening)
        let client = try Client(try #require(ListenAddress(of: listening)))
        var connection: Int32 = -1
        #expect(
            eventually {
                connection = accept(listening, nil, nil)
                return connection >= 0
            }
        )
        defer { close(connection) }
        KeepAlive.set(connection)
        let tcp = Int32(IPPROTO_TCP)
        #expect(try option(connection, SOL_SOCKET, SO_KEEPALIVE) == 1)
        let probing = try option(connection, tcp, TCP_KEEPINTVL) * option(connection, tcp, TCP_KEEPCNT)
        #expect(try option(connection, tcp, TCP_KEEPIDLE) + probing <= 600)
        // It is inherited from the listening socket.
        #expect(try (1...600_000).contains(option(connection, tcp, TCP_USER_TIMEOUT)))
        client.close()
    }
}
