import LogFormats
import TestSupport
import Testing

@testable import SocketServer

/// Messages and streams that cannot be read, over real stream sockets.
@Suite struct StreamMalformedInputTests: StreamIntakeSuite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: [false, true]) func aMessageThatCannotBeReadTakesTheOrderlyEnd(unix: Bool) throws {
        let test = try server()
        let client = try Client(test.listen("python", at: place(unix: unix), limits: Self.noTimeout))
        try client.send(Sample.framed("before", .python))
        try client.send(Sample.frame(Array("no pickle\n".utf8), .python))
        try client.send(Sample.framed("after", .python))
        #expect(eventually { test.messages.count == 3 })
        #expect(client.isQuiet, "the stream goes on")
        client.endOutput()
        #expect(end(of: client) == "reset")
        let messages = records(test).map(\.message)
        #expect(messages.first == "before")
        #expect(messages[1].hasPrefix("Cannot read a python message from "))
        #expect(messages[1].hasSuffix("; first bytes: \"no pickle\\n\""))
        #expect(messages[2] == "after")
        #expect(eventually { test.messages.last?.hasSuffix(" lost: one of its messages could not be read") == true })
    }

    @Test func aStreamThatMakesNoSenseIsClosedAtOnce() throws {
        let test = try server()
        let client = try Client(test.listen("python", limits: Self.noTimeout))
        try client.send("not a pickle")
        #expect(end(of: client) == "reset")
        let end = "a length of 1852797984 bytes; first bytes: \"not \"; check that handler, protocol and port agree"
        #expect(eventually { self.records(test).contains { $0.message.hasSuffix(": " + end) } })
        #expect(eventually { test.server.metrics.open == 0 })
    }

    /// One warning and a reset, rather than garbled records and a confirmation.
    @Test(arguments: LogFormat.allCases, [false, true]) func anotherProtocolIsReportedOnce(
        format: LogFormat,
        unix: Bool
    )
        throws
    {
        let hello: [UInt8] = [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3] + Array(repeating: 0x0A, count: 194)
        let request = Array("GET / HTTP/1.1\r\nHost: logs.example.com:514\r\nUser-Agent: curl\r\n\r\n".utf8)
        for (bytes, start) in [
            (hello, "TLS on a plain listener: "), (request, "HTTP on a listener for log messages: "),
        ] {
            let test = try server()
            let place = unix ? ListenAddress.unix(path: directory.path("\(bytes.count)")) : place(unix: false)
            let client = try Client(test.listen(format.rawValue, at: place, limits: Self.noTimeout))
            try client.send(bytes)
            #expect(end(of: client) == "reset")
            #expect(eventually { test.server.metrics.open == 0 })
            #expect(eventually { self.records(test).count >= 2 })
            let messages = records(test).map(\.message)
            #expect(messages.count { $0.hasPrefix(start) } == 1, "\(messages)")
            #expect(messages.count { $0.contains(", which takes \(format.rawValue)") } == 1)
            // Besides, that the connection was reset.
            #expect(messages.count == 2, "\(messages)")
            #expect(test.server.metrics.messages.malformed.total == 1)
        }
    }

    @Test func malformedMessagesAreReportedAtALimitedRateAndCounted() throws {
        let test = try server()
        let address = try test.listen("python", limits: Self.noTimeout)
        let bad = Sample.frame(Array("no pickle".utf8), .python)
        let start = ContinuousClock.now
        for _ in 0..<5 {
            let client = try Client(address)
            try client.send(Array(repeating: bad, count: 1000).flatMap { $0 })
            client.endOutput()
            #expect(end(of: client) == "reset")
        }
        #expect(eventually { test.server.metrics.messages.malformed.total == 5000 })
        func reported() -> [SeenRecord] { records(test).filter { $0.message.hasPrefix("Cannot read ") } }
        // Without another message the rest is reported when it is quiet.
        #expect(eventually { reported().reduce(0) { $0 + ($1.heldBack ?? 0) } + 10 >= 5000 - 20 })
        let seconds = (ContinuousClock.now - start).components.seconds
        #expect(reported().count <= 10 + Int(seconds) + 2)
        let counted = reported().reduce(0) { sum, record in
            sum + (record.heldBack ?? 0) + (record.message.hasPrefix("Cannot read a python") ? 1 : 0)
        }
        #expect(counted == 5000)
    }

    @Test func suppressedReportsAreCountedInARecordWhenTheDaemonStops() throws {
        let test = try server()
        let client = try Client(test.listen("python", limits: Self.noTimeout))
        let bad = Sample.frame(Array("no pickle".utf8), .python)
        try client.send(Array(repeating: bad, count: 30).flatMap { $0 })
        client.endOutput()
        #expect(end(of: client) == "reset")
        test.stopAccepting()
        #expect(eventually { test.server.isIdle })
        test.server.finish()
        test.finishPending()
        #expect(eventually { self.records(test).contains { $0.heldBack == 20 } })
    }
}
