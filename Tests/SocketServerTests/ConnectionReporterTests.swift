import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Which connections have records: 128 of a source at once, all that exchange data, and a count of the others.
@Suite struct ConnectionReporterTests {
    private func count(_ test: TestServer, _ text: String) -> Int { test.messages.count { $0.contains(text) } }

    @Test func connectionsWithoutAByteAreCounted() throws {
        let test = try TestServer()
        let address = try test.listen("json", limits: ListenerLimits(idleTimeout: nil))
        for _ in 0..<500 {
            let client = try Client(address)
            client.endOutput()
            #expect(try client.receiveAll().isEmpty)
        }
        #expect(eventually { test.server.metrics.open == 0 && test.server.metrics.total == 500 })
        test.stopAccepting()
        #expect(eventually { test.server.isIdle })
        test.server.finish()
        test.finishPending()
        let counted = test.messages.compactMap { message in
            message.firstMatch(of: #/(\d+) more connections from 127.0.0.1 established and closed/#).flatMap {
                Int($0.1)
            }
        }
        let recorded = count(test, "Connection established with ")
        #expect(recorded >= 128 && recorded < 250, "one a second more")
        #expect(count(test, "Connection closed") == recorded)
        #expect(recorded + counted.reduce(0, +) == 500)
    }

    /// As many as there are of a client that is greeted.
    @Test func connectionsThatExchangeDataAreRecorded() throws {
        let test = try TestServer()
        let address = try test.listen("hello")
        for _ in 0..<50 {
            let client = try Client(address)
            try client.send("x")
            #expect(try client.receiveAllText() == "Hello, client!")
            client.endOutput()
        }
        for text in ["Connection established with ", "Received data: x", "Sent data: ", "Connection closed"] {
            #expect(eventually { count(test, text) == 50 }, "\(text)")
        }
    }

    @Test func lossesOfWhatWasSentAreRecorded() throws {
        let test = try TestServer()
        let address = try test.listen("json", limits: ListenerLimits(idleTimeout: nil))
        for _ in 0..<300 {
            let client = try Client(address)
            try client.send("{")
            client.reset()
        }
        #expect(eventually { test.server.metrics.open == 0 && test.server.metrics.total == 300 })
        #expect(eventually { count(test, "Connection with ") == 300 })
    }
}
