import Foundation
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// How much log messages on streams may take, of memory and of time.
@Suite struct StreamIntakeBoundsTests: StreamIntakeSuite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

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
        // At most one receive beyond it, encoded, in arrays that may be half empty.
        #expect(last < capacity + 8 * SocketWorker.receiveBytes)
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
        let part = " unfinished messages take more than \(48 << 20) bytes of memory (memory_limit); first bytes: \"xxx"
        #expect(eventually { self.records(test).contains { $0.message.contains(part) } })
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

    /// Also where each holds little, and where nothing is held any more but the memory for the next message.
    ///
    /// What senders have begun on Unix sockets is held here, as it is not known whether it fits there.
    @Test func manySmallHoldersAreBoundedToo() throws {
        let test = try server(memory: 1 << 20)
        let address = try test.listen("json", at: place(unix: true), limits: Self.noTimeout)
        let honest = try Client(address)
        try honest.send("{\"message\":\"ho")
        // They have had a message in two pieces, and hold nothing.
        let quiet = try (0..<50).map { _ in try Client(address) }
        for client in quiet {
            try client.send("{\"message\":\"\(String(repeating: "q", count: 2000))")
            test.finishPending()
            try client.send("\"}\n")
        }
        #expect(eventually { self.records(test).count { $0.message.hasPrefix("qqq") } == 50 })
        let piece = [UInt8](repeating: 0x78, count: 8000)
        let hoarders = try (0..<300).map { _ in try Client(address) }
        for client in hoarders { try? client.send(piece) }
        #expect(eventually { test.server.metrics.messages.malformed.total >= 300 - (1 << 20) / 8000 })
        #expect(eventually { test.server.metrics.open <= 51 + (1 << 20) / 8000 })
        try honest.send("nest\"}\n")
        for client in [honest] + quiet {
            client.endOutput()
            #expect(end(of: client) == "orderly")
        }
        #expect(records(test).contains { $0.message == "honest" })
        let ends = hoarders.map { client in
            var byte: UInt8 = 0
            return recv(client.descriptor, &byte, 1, Int32(MSG_DONTWAIT)) < 0 ? errno : 0
        }
        #expect(Set(ends) == [EAGAIN, ECONNRESET], "nothing of it is confirmed")
        for client in hoarders { client.reset() }
    }

    /// As long a message as may be, beside the memory that goes with its limit at the least.
    @Test(arguments: LogFormat.allCases) func aMessageOfTheLimitIsTaken(format: LogFormat) throws {
        let limit = 4 << 20
        let test = try server(memory: 2 * limit)
        let limits = ListenerLimits(idleTimeout: nil, messageLimit: limit)
        let address = try test.listen(format.rawValue, limits: limits)
        let around = Sample.message("", format).count
        let text = String(repeating: "x", count: limit - around)
        let client = try Client(address)
        try client.send(Sample.framed(text, format))
        client.endOutput()
        #expect(end(of: client) == "orderly")
        #expect(records(test).map(\.message.utf8.count) == [text.utf8.count])
        #expect(records(test).first?.originalLength == nil)
    }

    /// A client that takes no replies holds them.
    @Test func repliesThatWaitAreBoundedToo() throws {
        let test = try server(threshold: .debug, memory: 1 << 20)
        test.backend.pause()
        let address = try test.listen("echo", limits: Self.noTimeout)
        let clients = try (0..<100).map { _ in try Client(address) }
        for client in clients { try? client.send([UInt8](repeating: 0x78, count: 16_000)) }
        #expect(
            eventually { test.server.metrics.total == 100 && test.server.metrics.open <= (1 << 20) / 16_000 }
        )
        test.backend.release()
        #expect(eventually { test.messages.contains { $0.contains("lost: it held too much memory (memory_limit)") } })
        for client in clients { client.reset() }
    }

    // MARK: time

    /// From the first byte on, however much trickles in; what is complete is kept.
    @Test(arguments: [false, true]) func aMessageHasItsTime(unix: Bool) throws {
        let test = try server()
        let limits = ListenerLimits(idleTimeout: nil, messageTimeout: .milliseconds(700))
        let address = try test.listen("json", at: place(unix: unix), limits: limits)
        let client = try Client(address)
        try client.send("{\"message\":\"whole\"}\n")
        #expect(eventually { test.messages.count == 1 })
        try client.send("{\"message\":\"in time\"}\nslow")
        let start = ContinuousClock.now
        while (try? client.send(".")) != nil, ContinuousClock.now - start < .seconds(10) { usleep(50_000) }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(ContinuousClock.now - start >= .milliseconds(600))
        #expect(eventually { self.records(test).count == 4 })
        let messages = records(test).map(\.message)
        #expect(messages[..<2] == ["whole", "in time"])
        let reported = ": the message was not complete within 0.7 s (message_timeout); first bytes: \"slow"
        #expect(messages[2].contains(reported))
        #expect(messages[3].hasSuffix(" lost: a message was not complete in time (message_timeout)"))
        #expect(test.server.metrics.messages.malformed.total == 1)
        let silent = try Client(address)
        try silent.send("silent")
        #expect(end(of: silent) == "reset", "an orderly end is an answer only")
    }

    /// A connection that is silent between messages, or whose line needs no more, is not overdue.
    @Test func onlyAMessageHasATime() throws {
        let test = try server()
        let limits = ListenerLimits(idleTimeout: nil, messageTimeout: .milliseconds(300))
        let address = try test.listen("syslog", limits: limits)
        let clients = try ["<14>1 - h a - - - one\0", "<14>1 - h a - - - two\0<14>1 - h a - - - three\n"].map { text in
            let client = try Client(address)
            try client.send(text)
            return client
        }
        #expect(eventually { test.messages.count == 3 })
        usleep(700_000)
        for client in clients {
            client.endOutput()
            #expect(end(of: client) == "orderly")
        }
        #expect(Set(records(test).map(\.message)) == ["one", "two", "three"])
    }

    /// A traceback whose parts come far apart is one record.
    @Test func aTracebackInTwoSegmentsIsOneRecord() throws {
        let test = try server()
        let address = try test.listen("syslog", limits: Self.noTimeout)
        for isFirst in [true, false] {
            let before = test.messages.count
            let client = try Client(address)
            if !isFirst { try client.send("<14>first\0") }
            try client.send("<11>error\nTraceback (most recent call last):\n")
            usleep(900_000)
            try client.send("  File \"x\"\nValueError\0")
            client.endOutput()
            #expect(end(of: client) == "orderly")
            #expect(test.messages.count - before == (isFirst ? 1 : 2))
            #expect(records(test).last?.message.hasSuffix("ValueError") == true)
        }
    }

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
            // The end has come back: the other side has done all that it does at the beginning.
            try client.send(Array("<14>x\n".utf8))
            #expect(eventually { test.messages.contains { $0.contains("x") } })
            #expect(try isKeptAlive(client, at: address) == expected, "\(name)")
        }
    }

    /// Whether the server's end of a connection has a keepalive timer: 02.
    private func isKeptAlive(_ client: Client, at address: ListenAddress) throws -> Bool {
        try #require(try kernelEntry(of: client, at: address))[5].hasPrefix("02:")
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
        #expect(end(of: begun) == "reset", "it is not known yet whether it will be recorded")
        #expect(eventually { self.records(test).contains { $0.message == "begun" } })
    }
}
