import Foundation
import TestSupport
import Testing

/// A datagram socket that outlives a process, as systemd's do.
extension RestartTests {
    private func isEmpty(_ socket: TestSocket) -> Bool {
        var size: Int32 = -1
        return ioctl(socket.descriptor, UInt(FIONREAD), &size) == 0 && size == 0
    }

    /// The kernel counts for as long as there is the socket: each process reports what came since the one before it.
    @Test func dropsAreReportedByOneProcessOnly() throws {
        let socket = try TestSocket(at: "udp:127.0.0.1:0")
        let client = try TestSocket(to: "udp:\(socket.name)")
        let text = "<14>\(String(repeating: "x", count: 5000))"
        // More than a receive buffer takes, in all but the last round.
        func send(_ count: Int) throws { for _ in 0..<count { try client.send(text) } }
        for (before, during) in [(0, 4000), (4000, 10), (0, 10)] {
            try send(before)
            let daemon = try start(socket, as: "syslog")
            #expect(daemon.pause())
            try send(during)
            daemon.signal(SIGCONT)
            #expect(eventually { isEmpty(socket) })
            #expect(daemon.stop() == 0)
            #expect(daemon.accountingFaults() == [])
            let counts = try #require(daemon.statedCounts["syslog"])
            #expect(counts.received == before + during, "\(counts)")
            #expect((counts.dropped > 0) == (before + during > 1000) && counts.reasons["buffer"] ?? 0 == counts.dropped)
        }
    }
}
