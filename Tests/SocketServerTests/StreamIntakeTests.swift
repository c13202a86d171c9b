import Foundation
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Log messages over real stream sockets.
@Suite struct StreamIntakeTests: StreamIntakeSuite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: LogFormat.allCases, [false, true]) func eachMessageIsARecord(format: LogFormat, unix: Bool) throws
    {
        let test = try server()
        let address = try test.listen(format.rawValue, at: place(unix: unix), limits: Self.noTimeout)
        let texts = (0..<100).map { "text \($0)" }
        let bytes = texts.flatMap { Sample.framed($0, format) }
        for piece in [1 << 20, 1000, 61] {
            let before = test.messages.count
            let client = try Client(address)
            for start in stride(from: 0, to: bytes.count, by: piece) {
                try client.send(Array(bytes[start..<min(start + piece, bytes.count)]))
            }
            client.endOutput()
            #expect(end(of: client) == "orderly")
            let seen = records(test).dropFirst(before)
            #expect(seen.map(\.message) == texts, "nothing is recorded but the messages")
            #expect(seen.allSatisfy { $0.severity == "6" && $0.originalLength == nil })
            let own = unix ? "unix:pid=\(getpid())," : "127.0.0.1:"
            #expect(seen.allSatisfy { $0.peer.hasPrefix(own) })
        }
    }

    @Test func beginningAndEndOfConnectionsAreStillRecorded() throws {
        let test = try server(threshold: .debug)
        let client = try Client(test.listen("json", limits: Self.noTimeout))
        try client.send(Sample.framed("x", .json))
        client.endOutput()
        #expect(end(of: client) == "orderly")
        #expect(eventually { test.messages.count == 3 })
        #expect(records(test).map(\.message).last == "Connection closed")
        #expect(records(test).map(\.message).first?.hasPrefix("Connection established with 127.0.0.1:") == true)
    }

    @Test(arguments: LogFormat.allCases, [false, true]) func theEndComesAfterTheCommit(
        format: LogFormat,
        unix: Bool
    ) throws {
        let test = try server()
        let client = try Client(test.listen(format.rawValue, at: place(unix: unix), limits: Self.noTimeout))
        test.backend.pause()
        for _ in 0..<10 { try client.send(Sample.framed("x", format)) }
        client.endOutput()
        #expect(eventually { test.backend.isInWrite })
        test.finishPending()
        #expect(client.isQuiet)
        #expect(test.messages.isEmpty)
        test.backend.release()
        #expect(end(of: client) == "orderly")
        #expect(test.messages.count == 10)
    }

    /// No end of a line, of a datagram or of a stream is needed but silence.
    @Test func aLineWithItsEndIsRecordedThoughMoreCouldFollow() throws {
        let test = try server()
        let client = try Client(test.listen("syslog", limits: Self.noTimeout))
        try client.send("<14>Oct 11 22:14:15 host app: one\n")
        #expect(eventually { test.messages.count == 1 })
        try client.send("<14>Oct 11 22:14:15 host app: two\0")
        try client.send("<14>Oct 11 22:14:15 host app: three\n")
        #expect(eventually { test.messages.count == 3 })
        #expect(records(test).map(\.message) == ["one", "two", "three"])
    }

    @Test func allFramingsOfSyslogOnOneConnection() throws {
        let test = try server()
        let client = try Client(test.listen("syslog", limits: Self.noTimeout))
        let head = "<14>Oct 11 22:14:15 host app: "
        let counted = head + "counted\nwith a line"
        let stream =
            "\(head)line\n\(counted.utf8.count) \(counted)\(head)null\0\(counted.utf8.count) \(counted)\(head)last"
        for piece in [1000, 1] {
            let before = test.messages.count
            let client = piece == 1000 ? client : try Client(test.listen("syslog", limits: Self.noTimeout))
            let bytes = Array(stream.utf8)
            for start in stride(from: 0, to: bytes.count, by: piece) {
                try client.send(Array(bytes[start..<min(start + piece, bytes.count)]))
            }
            client.endOutput()
            #expect(end(of: client) == "orderly")
            #expect(
                records(test).dropFirst(before).map(\.message)
                    == ["line", "counted\nwith a line", "null", "counted\nwith a line", "last"]
            )
        }
    }

    // MARK: what is too long, or not whole

    @Test(arguments: [LogFormat.syslog, .gelf, .json]) func aLongMessageIsCutAndMarked(format: LogFormat) throws {
        let test = try server()
        let limits = ListenerLimits(idleTimeout: nil, messageLimit: 1024)
        let client = try Client(test.listen(format.rawValue, limits: limits))
        let long = Sample.message(String(repeating: "x", count: 200_000), format)
        try client.send(Sample.framed("before", format) + Sample.frame(long, format) + Sample.framed("after", format))
        client.endOutput()
        #expect(end(of: client) == "orderly")
        let seen = records(test)
        #expect(seen.map(\.message).first == "before")
        #expect(seen.map(\.message).last == "after")
        #expect(seen.count == 3)
        #expect(seen.map(\.originalLength) == [nil, long.count, nil])
        #expect(seen[1].message.utf8.count <= 1024)
        #expect(seen[1].message.contains("xxxx"))
    }

    @Test(arguments: [false, true]) func aLongFrameIsRefusedAndTheNextOneRead(unix: Bool) throws {
        let test = try server()
        let limits = ListenerLimits(idleTimeout: nil, messageLimit: 1024)
        let client = try Client(test.listen("python", at: place(unix: unix), limits: limits))
        let long = Sample.framed(String(repeating: "x", count: 100_000), .python)
        try client.send(long + Sample.framed("after", .python))
        client.endOutput()
        #expect(end(of: client) == "reset")
        #expect(eventually { test.messages.contains { $0.hasSuffix("|after") } })
        let refused = records(test).first { $0.message.hasPrefix("Cannot read a python message from ") }
        #expect(refused?.severity == "4")
        #expect(refused?.originalLength == long.count - 4)
        #expect(refused?.message.contains(" longer than 16384; first bytes: \"}(X") == true)
        #expect(test.server.metrics.messages.malformed.total == 1)
    }

    /// A pickle is read up to 16 times the limit, and its text cut.
    @Test func theTextOfALongPickleIsCut() throws {
        let test = try server()
        let limits = ListenerLimits(idleTimeout: nil, messageLimit: 1024)
        let client = try Client(test.listen("python", limits: limits))
        let long = Sample.message(String(repeating: "x", count: 10_000), .python)
        try client.send(Sample.frame(long, .python) + Sample.framed("after", .python))
        client.endOutput()
        #expect(end(of: client) == "orderly")
        let seen = records(test)
        #expect(seen.map(\.originalLength) == [long.count, nil])
        #expect((1000...1024).contains(seen[0].message.utf8.count))
        #expect(seen[0].message.hasPrefix("xxxx"))
        #expect(seen[1].message == "after")
    }

    @Test func messagesAreFoundDespiteWrongCounts() throws {
        let test = try server()
        let client = try Client(test.listen("syslog", limits: Self.noTimeout))
        let messages = ["<11>1 - h a - - - one", "<12>1 - h a - - - two", "<13>1 - h a - - - and the third"]
        try client.send(Array(messages.map { "\($0.utf8.count + 1) \($0)" }.joined().utf8))
        client.endOutput()
        #expect(end(of: client) == "orderly")
        #expect(records(test).map(\.message) == ["one", "two", "and the third"])
        #expect(records(test).map(\.severity) == ["3", "4", "5"])
    }

    @Test(arguments: LogFormat.allCases) func aMessageThatIsNotComplete(format: LogFormat) throws {
        let test = try server()
        let client = try Client(test.listen(format.rawValue, limits: Self.noTimeout))
        try client.send(Sample.framed("whole", format))
        try client.send(Array(Sample.framed("half of it", format).dropLast(5)))
        client.endOutput()
        #expect(end(of: client) == (format == .python ? "reset" : "orderly"))
        #expect(
            eventually { self.records(test).filter { $0.message != "whole" }.contains { $0.message.contains("half") } }
        )
        #expect(records(test).first?.message == "whole")
        let isTold = records(test).contains { $0.message.contains("the stream ended within a message") }
        #expect(isTold == (format == .python))
    }

    /// The records of connections that live long lie among each other's.
    @Test func onlyTheSenderOfARejectedRecordIsReset() throws {
        let test = try server { count in WriteOutcome(done: count, rejected: count == 30 ? [10] : []) }
        let address = try test.listen("json", limits: Self.noTimeout)
        let clients = try (0..<3).map { _ in try Client(address) }
        for client in clients { try client.send(Sample.framed("first", .json)) }
        #expect(eventually { test.messages.count == 3 })
        test.backend.pause()
        try clients[0].send(Sample.framed("held", .json))
        #expect(eventually { test.backend.isInWrite })
        // All in one write, ten of each client.
        for number in 0..<30 {
            let before = test.pipeline.metrics.received
            try clients[number / 10].send(Sample.framed("\(number)", .json))
            #expect(eventually { test.pipeline.metrics.received > before })
        }
        test.backend.release()
        #expect(eventually { test.pipeline.metrics.waiting == 0 })
        for client in clients { try client.send(Sample.framed("last", .json)) }
        for client in clients { client.endOutput() }
        let ends = clients.map { end(of: $0) }
        #expect(test.backend.rejected.map { SeenRecord($0).message } == ["10"])
        #expect(ends == ["orderly", "reset", "orderly"])
        #expect(test.messages.filter { $0.hasSuffix("|last") }.count == 3)
    }
}
