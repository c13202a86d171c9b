import Foundation
import TestSupport
import Testing

@testable import SocketServer

/// How much of a flood a thread receives before others have their turn.
@Suite struct DatagramTurnTests {
    /// Eight calls of recvmmsg(2) with 64 each.
    ///
    /// The receive buffer holds the flood only where we may make it larger.
    @Test(.enabled(if: getuid() == 0, "skipped: not root")) func aTurnIsSeveralCallsThatAreFull() throws {
        let backend = MemoryBackend()
        let stage = try WorkerStage(backend)
        let clients = try ["flood", "other"].map { name in
            let descriptor = try ListeningSocket.open(.udp(host: "127.0.0.1", port: 0))
            let client = try Client(#require(ListenAddress(of: descriptor)))
            let service = Service.exchange(DiscardProtocol())
            let socket = DatagramSocket(name: name, service: service, descriptor: descriptor, isOpenedByDaemon: true)
            stage.mailbox.execute { $0.loop.open(DatagramListener(socket, $0)) }
            return client
        }
        let count = 1200
        try stage.whileHeld {
            for number in 0..<count { try clients[0].send("flood \(number);") }
            try clients[1].send("other;")
        }
        #expect(eventually { backend.committedCount == count + 1 })
        let committed = backend.committed
        let flood = committed.filter { $0.contains("flood ") }
        #expect(flood.indices.allSatisfy { flood[$0].contains("flood \($0);") })
        #expect(committed.firstIndex { $0.contains("other;") } == 512)
    }
}
