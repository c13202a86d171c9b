import Foundation
import Linux
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Log messages over real stream sockets.
@Suite struct StreamIntakeTests {
    private static let noTimeout = ListenerLimits(idleTimeout: nil)

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func place(unix: Bool) -> ListenAddress {
        unix ? .unix(path: directory.path("x")) : .tcp(host: "127.0.0.1", port: 0)
    }

    private func server(
        capacity: Int = 1 << 24,
        threshold: Severity = .warning,
        script: MemoryBackend.Script? = nil
    ) throws -> TestServer {
        let backend = MemoryBackend(script: script, encoding: Sample.describing)
        return try TestServer(backend, capacity: capacity, threshold: threshold)
    }

    private func records(_ test: TestServer) -> [SeenRecord] { test.messages.map(SeenRecord.init) }

    /// How a connection ended for a client that waits for the end.
    private func end(of client: Client) -> String {
        do {
            let rest = try client.receiveAll()
            return rest.isEmpty ? "orderly" : "\(rest)"
        } catch {
            return (error as? Client.Failure)?.number == ECONNRESET ? "reset" : "\(error)"
        }
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

    @Test func beginningAndEndOfConnectionsAreStillTold() throws {
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

    @Test func aWrongCountIsTold() throws {
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

    // MARK: refusals

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
        let told = "a length of 1852797984 bytes; first bytes: \"not \"; check that handler, protocol and port agree"
        #expect(eventually { self.records(test).contains { $0.message.hasSuffix(": " + told) } })
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

    @Test func refusalsAreToldAtALimitedRateAndCounted() throws {
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
        func told() -> [SeenRecord] { records(test).filter { $0.message.hasPrefix("Cannot read ") } }
        // Without another message the rest is told of when it is quiet.
        #expect(eventually { told().reduce(0) { $0 + ($1.heldBack ?? 0) } + 10 >= 5000 - 20 })
        let seconds = (ContinuousClock.now - start).components.seconds
        #expect(told().count <= 10 + Int(seconds) + 2)
        let counted = told().reduce(0) { sum, record in
            sum + (record.heldBack ?? 0) + (record.message.hasPrefix("Cannot read a python") ? 1 : 0)
        }
        #expect(counted == 5000)
    }

    @Test func whatWasHeldBackIsToldWhenTheDaemonStops() throws {
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

    /// The records of connections that live long lie among each other's.
    @Test func whatTheOutputRefusedIsToldToItsSenderOnly() throws {
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

    // MARK: bounds

    /// A client that floods a slow log is not read any more, and everything comes out in the end.
    @Test(arguments: [LogFormat.json, .syslog]) func aFloodWaitsForASlowLog(format: LogFormat) throws {
        let capacity = 256 * 1024
        let test = try server(capacity: capacity)
        test.backend.pause()
        let address = try test.listen(format.rawValue, limits: Self.noTimeout)
        let clients = try (0..<4).map { _ in try Client(address) }
        let text = String(repeating: "flood", count: 200)
        let chunk = Array(repeating: Sample.framed(text, format), count: 50).flatMap { $0 }
        let rounds = 100
        for client in clients {
            Foundation.Thread.detachNewThread {
                for _ in 0..<rounds { try? client.send(chunk) }
                client.endOutput()
            }
        }
        var last = -1
        // Until nothing moves any more.
        #expect(
            eventually {
                usleep(100_000)
                defer { last = test.pipeline.metrics.waitingBytes }
                return last > capacity && last == test.pipeline.metrics.waitingBytes
            }
        )
        // At most one receive beyond it, encoded.
        #expect(last < capacity + 4 * SocketWorker.receiveBytes)
        test.backend.release()
        for client in clients { #expect(end(of: client) == "orderly") }
        #expect(test.backend.committedCount == clients.count * rounds * 50)
    }

    @Test func unfinishedMessagesTakeABoundedAmountOfMemory() throws {
        let test = try server()
        let limits = ListenerLimits(idleTimeout: nil, messageLimit: 4 << 20)
        let address = try test.listen("json", limits: limits)
        let small = try Client(address)
        try small.send("{\"message\":\"sm")
        let piece = [UInt8](repeating: 0x78, count: 3 << 20)
        let clients = try (0..<40).map { _ in try Client(address) }
        for client in clients { try? client.send(piece) }
        #expect(eventually { test.server.metrics.messages.malformed.total > 0 })
        let told = " unfinished messages take more than \(64 << 20) bytes of memory; first bytes: \"xxx"
        #expect(eventually { self.records(test).contains { $0.message.contains(told) } })
        #expect(eventually { test.server.metrics.open < 41 })
        // Those who hold little are not the ones to go.
        try small.send("all\"}\n")
        small.endOutput()
        #expect(end(of: small) == "orderly")
        #expect(records(test).contains { $0.message == "small" })
        for client in clients { client.reset() }
        #expect(eventually { test.server.metrics.open == 0 })
        // All of it is free again.
        for _ in 0..<3 {
            let client = try Client(address)
            try client.send(piece)
            client.endOutput()
            #expect(end(of: client) == "orderly")
        }
    }

    /// Strangers that hold all there is do not hinder a message that comes in two pieces.
    @Test func whoHoldsMostGivesWay() throws {
        let test = try server()
        let address = try test.listen("json", limits: Self.noTimeout)
        let piece = [UInt8](repeating: 0x78, count: 1_000_000)
        let clients = try (0..<70).map { _ in try Client(address) }
        for client in clients { try? client.send(piece) }
        #expect(eventually { test.server.metrics.messages.malformed.total > 0 }, "more than there is room for")
        let text = String(repeating: "t", count: 20_000)
        let message = Sample.framed(text, .json)
        for number in 1...5 {
            let honest = try Client(address)
            try honest.send(Array(message[..<12_000]))
            test.finishPending()
            try honest.send(Array(message[12_000...]))
            honest.endOutput()
            #expect(end(of: honest) == "orderly")
            #expect(records(test).count { $0.message == text } == number)
        }
        for client in clients { client.reset() }
    }

    // MARK: time

    @Test func aMessageThatWasBegunCountsWhenTheTimeIsOver() throws {
        let test = try server()
        let limits = ListenerLimits(idleTimeout: .milliseconds(300))
        let client = try Client(test.listen("json", limits: limits))
        try client.send("{\"message\":\"whole\"}\nbegun")
        #expect(end(of: client) == "reset", "an orderly end is an answer only")
        #expect(records(test).map(\.message).filter { !$0.hasPrefix("Connection") } == ["whole", "begun"])
        #expect(records(test).contains { $0.message.hasSuffix(" timed out: nothing received for 0.3 s") })
    }

    @Test func aSilentConnectionIsKept() throws {
        let test = try server()
        let client = try Client(test.listen("syslog", limits: Self.noTimeout))
        try client.send("<14>Oct 11 22:14:15 host app: one")
        for _ in 0..<10 {
            usleep(100_000)
            test.finishPending()
        }
        #expect(client.isQuiet)
        #expect(test.messages.isEmpty, "it may go on")
        try client.send(" and a half\n")
        #expect(eventually { test.messages.count == 1 })
        #expect(records(test).first?.message == "one and a half")
    }

    /// A peer that vanished is found out by the kernel.
    @Test func connectionsForMessagesAreKeptAlive() throws {
        let test = try server()
        for (name, expected) in [("syslog", true), ("echo", false)] {
            let address = try test.listen(name, limits: Self.noTimeout)
            let client = try Client(address)
            guard case .tcp(_, let server) = address,
                case .tcp(_, let port) = try #require(ListenAddress(of: client.descriptor))
            else { return }
            // The end has come back: the other side has done all that it does at the beginning.
            try client.send(Array("<14>x\n".utf8))
            #expect(eventually { test.messages.contains { $0.contains("x") } })
            #expect(try Self.isKeptAlive(from: port, to: server) == expected, "\(name)")
        }
    }

    /// Whether the server's end of a connection has a keepalive timer, as the kernel lists it: 02.
    private static func isKeptAlive(from client: UInt16, to server: UInt16) throws -> Bool {
        let file = try #require(FileHandle(forReadingAtPath: "/proc/net/tcp"))
        let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        // Both ports: ended connections of other tests are listed, too.
        let ends = [server, client].map { String(format: "0100007F:%04X", $0) }
        let line = table.split(separator: "\n").first { line in
            let columns = line.split(separator: " ")
            return columns[1] == ends[0] && columns[2] == ends[1]
        }
        return try #require(line?.split(separator: " ")[5]).hasPrefix("02:")
    }

    @Test func anOpenConnectionIsResetWhenTheDaemonGivesUp() throws {
        let test = try server()
        let address = try test.listen("json", limits: Self.noTimeout)
        let (committed, begun) = (try Client(address), try Client(address))
        try committed.send(Sample.framed("x", .json))
        try begun.send("begun")
        #expect(eventually { test.messages.count == 1 })
        test.finishPending()
        test.stopAccepting()
        test.server.abortConnections()
        #expect(end(of: committed) == "reset", "an orderly end is an answer only")
        #expect(end(of: begun) == "reset", "nobody knows yet whether it will be recorded")
        #expect(eventually { self.records(test).contains { $0.message == "begun" } })
    }
}
