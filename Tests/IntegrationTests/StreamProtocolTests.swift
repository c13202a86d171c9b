import Foundation
import TestSupport
import Testing

/// Echo and discard on streams.
@Suite struct StreamProtocolTests {
    private static let kinds = ["tcp", "unix"]

    @Test(arguments: kinds)
    func echoKeepsOrder(kind: String) throws {
        let (daemon, client) = try start("echo", kind)
        var generator = SeededGenerator(seed: 7)
        var (sent, received): ([UInt8], [UInt8]) = ([], [])
        for _ in 0..<300 {
            let chunk = (0..<Int.random(in: 1...3000, using: &generator)).map { _ in
                UInt8.random(in: 0x20...0x7E, using: &generator)
            }
            try client.send(chunk)
            sent += chunk
            // Reads now and then, so that no buffer fills up.
            while client.hasInput || sent.count - received.count > 100_000 { received += try client.receive() }
        }
        client.endSending()
        received += try client.receive(count: .max)
        #expect(received == sent)
        client.close()
        #expect(daemon.hasLogged("INFO:Connection closed\n"))
        let records = try daemon.clientRecords()
        let texts = { (prefix: String) in
            records.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        }
        #expect(texts("DEBUG:Received data: ") == texts("DEBUG:Sent data: "))
        #expect(Array(texts("DEBUG:Received data: ").joined().utf8) == sent)
        #expect(records.count == 2 + 2 * texts("DEBUG:Sent data: ").count)
    }

    @Test(arguments: kinds)
    func echoAnswersBeforeTheEnd(kind: String) throws {
        let (daemon, client) = try start("echo", kind)
        for word in ["one", "two", "three"] {
            try client.send(word)
            #expect(try client.receive(count: word.utf8.count) == Array(word.utf8))
        }
        client.endSending()
        #expect(try client.receiveToEnd() == "")
        let data = ["one", "two", "three"].flatMap { ["DEBUG:Received data: \($0)", "DEBUG:Sent data: \($0)"] }
        let records = try daemon.clientRecords(awaiting: 8)
        #expect(Array(records[1..<7]) == data)
        #expect(records.last == "INFO:Connection closed")
    }

    @Test(arguments: kinds)
    func discardRecordsAndSaysNothing(kind: String) throws {
        let (daemon, client) = try start("discard", kind)
        var sent = ""
        for number in 0..<200 {
            try client.send("line \(number);")
            sent += "line \(number);"
        }
        client.endSending()
        // The end of the stream confirms that all data is recorded.
        #expect(try client.receiveToEnd() == "")
        let prefix = "DEBUG:Received data: "
        let records = try daemon.clientRecords().filter { $0.hasPrefix(prefix) }
        #expect(records.map { $0.dropFirst(prefix.count) }.joined() == sent)
        #expect(!daemon.log.contains("Sent data"))
        #expect(daemon.hasLogged("INFO:Connection closed\n"))
    }

    @Test func endWithoutDataIsAnOrderlyOne() throws {
        for protocolName in ["echo", "discard"] {
            let (daemon, client) = try start(protocolName, "tcp")
            client.endSending()
            #expect(try client.receiveToEnd() == "")
            #expect(
                try daemon.clientRecords(awaiting: 2)
                    == ["INFO:Connection established with \(client.name)", "INFO:Connection closed"]
            )
        }
    }

    /// Records of one connection are in order however the loops share the work.
    @Test func severalThreadsServe() throws {
        let daemon = try DaemonProcess(["--listen", "hello@tcp:127.0.0.1:0", "--threads", "3"])
        let load = HelloLoad(at: try #require(daemon.addresses.first), threads: 6)
        #expect(load.hasAnswered(more: 300))
        let outcome = try #require(load.stop())
        #expect(outcome.failures.isEmpty)
        #expect(daemon.stop() == 0)
        let records = try daemon.clientRecords()
        #expect(records.count == 4 * outcome.answered.count)
        #expect(
            records.filter { $0.hasPrefix("DEBUG:Received") }.count
                == Set(records.filter { $0.contains("token") }).count
        )
    }

    // MARK: -

    private func start(_ protocolName: String, _ kind: String) throws -> (DaemonProcess, TestSocket) {
        let directory = try TemporaryDirectory()
        let address = kind == "tcp" ? "tcp:127.0.0.1:0" : "unix:\(directory.path("s"))"
        let daemon = try DaemonProcess(["--listen", "\(protocolName)@\(address)"], in: directory)
        return (daemon, try TestSocket(to: try #require(daemon.addresses.first)))
    }
}
