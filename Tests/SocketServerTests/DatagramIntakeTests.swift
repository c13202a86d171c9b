import Foundation
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// Log messages in real datagrams.
@Suite struct DatagramIntakeTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func place(unix: Bool) -> ListenAddress {
        unix ? .unixDatagram(path: directory.path("x")) : .udp(host: "127.0.0.1", port: 0)
    }

    private func server(memory: Int = 48 << 20) throws -> TestServer {
        try TestServer(MemoryBackend(encoding: Sample.describing), memory: memory)
    }

    private func records(_ test: TestServer) -> [SeenRecord] { test.messages.map(SeenRecord.init) }

    @Test(arguments: LogFormat.allCases, [false, true]) func eachDatagramIsARecord(format: LogFormat, unix: Bool) throws
    {
        let test = try server()
        let address = try test.receive(format.rawValue, at: place(unix: unix))
        let client = try Client(address)
        // A name, so that it could be replied to.
        if unix { try client.bind(directory.path("client")) }
        let texts = (0..<50).map { "text \($0)" }
        for text in texts {
            let before = test.server.metrics.messages.datagrams
            try client.send(Sample.datagram(text, format))
            #expect(eventually { test.server.metrics.messages.datagrams > before })
        }
        #expect(eventually { test.messages.count >= 50 })
        #expect(records(test).map(\.message) == texts, "and nothing else")
        #expect(records(test).allSatisfy { $0.severity == "6" && $0.originalLength == nil })
        let own = unix ? "unix:pid=\(getpid()),uid=\(getuid()),gid=\(getgid())" : "127.0.0.1:"
        #expect(records(test).allSatisfy { $0.peer.hasPrefix(own) })
        test.finishPending()
        #expect(client.isQuiet, "nothing is replied")
    }

    @Test(arguments: LogFormat.allCases) func whatIsLongerThanTheLimit(format: LogFormat) throws {
        let test = try server()
        let client = try Client(test.receive(format.rawValue, limits: ListenerLimits(messageLimit: 1024)))
        let long = Sample.datagram(String(repeating: "x", count: 30_000), format)
        try client.send(long)
        try client.send(Sample.datagram("after", format))
        #expect(eventually { test.messages.count == 2 })
        let seen = records(test)
        #expect(seen.map(\.originalLength) == [long.count, nil])
        #expect(seen[1].message == "after")
        switch format {
        case .syslog, .json:
            #expect(seen[0].message.utf8.count <= 1024 && seen[0].message.contains("xxxx"))
        case .python, .gelf:
            #expect(seen[0].message.hasPrefix("Cannot read a \(format) message from "))
            #expect(
                seen[0].message.contains(
                    // A pickle is read up to 16 times the limit.
                    "the datagram of \(long.count) bytes is longer than \(format == .gelf ? 1024 : 16_384); first bytes: \""
                )
            )
        }
    }

    @Test(arguments: [LogFormat.syslog, .json]) func anEmptyDatagramIsNotAMessage(format: LogFormat) throws {
        let test = try server()
        let client = try Client(test.receive(format.rawValue))
        try client.send([])
        try client.send(Sample.datagram("after", format))
        #expect(eventually { test.messages.count >= 1 })
        #expect(records(test).map(\.message) == ["after"])
        #expect(test.server.metrics.messages.malformed.total == 0)
    }

    @Test func aPickleMustBeAsLongAsItSays() throws {
        let test = try server()
        let client = try Client(test.receive("python"))
        let good = Sample.datagram("x", .python)
        for bad in [
            [], [0], [0, 0, 0, 1], Array(good.dropLast()), good + [0], Sample.frame(Array("no".utf8), .python),
        ] {
            let before = test.server.metrics.messages.malformed.total
            try client.send(bad)
            #expect(eventually { test.server.metrics.messages.malformed.total == before + 1 }, "\(bad)")
        }
        try client.send(good)
        #expect(eventually { test.messages.count == 7 })
        #expect(records(test).last?.message == "x")
        #expect(records(test).dropLast().allSatisfy { $0.message.hasPrefix("Cannot read a python message from ") })
    }

    // MARK: chunks

    private func chunks(_ message: [UInt8], id: UInt8, size: Int) -> [[UInt8]] {
        let starts = Array(stride(from: 0, to: message.count, by: size))
        return starts.enumerated().map { number, start in
            [0x1E, 0x0F] + [UInt8](repeating: id, count: 8) + [UInt8(number), UInt8(starts.count)]
                + message[start..<min(start + size, message.count)]
        }
    }

    @Test(arguments: [false, true]) func chunksInAnyOrderAreOneRecord(unix: Bool) throws {
        let test = try server()
        let client = try Client(test.receive("gelf", at: place(unix: unix)))
        let texts = ["one", "two", "three"].map { $0 + String(repeating: ".", count: 5000) }
        var pieces = texts.enumerated().flatMap { chunks(Sample.message($1, .gelf), id: UInt8($0), size: 100) }
        var random = SeededGenerator(seed: 4)
        pieces.shuffle(using: &random)
        for piece in pieces { try client.send(piece) }
        #expect(eventually { test.messages.count == 3 })
        #expect(Set(records(test).map(\.message)) == Set(texts))
        #expect(test.server.metrics.messages.malformed.total == 0)
    }

    @Test func chunksOfSeveralSendersAreNotMixed() throws {
        let test = try server()
        let address = try test.receive("gelf")
        let clients = try (0..<3).map { _ in try Client(address) }
        let pieces = (0..<3).map { chunks(Sample.message("text \($0) of five chunks", .gelf), id: 7, size: 20) }
        for number in pieces[0].indices {
            for (client, pieces) in zip(clients, pieces) { try client.send(pieces[number]) }
        }
        #expect(eventually { test.messages.count == 3 })
        #expect(Set(records(test).map(\.message)) == Set((0..<3).map { "text \($0) of five chunks" }))
    }

    @Test func chunksWithoutTheLastAreReported() throws {
        let test = try server()
        let client = try Client(test.receive("gelf"))
        for piece in chunks(Sample.message("lost", .gelf), id: 1, size: 20).dropLast() { try client.send(piece) }
        try client.send(Sample.datagram("whole", .gelf))
        #expect(eventually { test.messages.count == 1 })
        // Nothing more comes to tell of it.
        #expect(eventually { test.messages.count == 2 })
        let reported = records(test)[1]
        #expect(reported.message.hasPrefix("Cannot read a gelf message from 127.0.0.1:"))
        #expect(reported.message.contains(" chunks of a message came within 5 s"))
        #expect(test.server.metrics.messages.malformed.total == 1)
    }

    /// Messages that are not complete count for `memory_limit`: the oldest give way, long before their time is over.
    @Test func chunksThatWaitAreBoundedInMemory() throws {
        let test = try server(memory: 1 << 20)
        let client = try Client(test.receive("gelf"))
        let (count, size) = (300, 8000)
        let message = Sample.message(String(repeating: "x", count: size), .gelf)
        for number in 0..<count {
            var chunk = chunks(message, id: UInt8(truncatingIfNeeded: number), size: size)[0]
            chunk[2] = UInt8(number >> 8)
            try client.send(chunk)
            // Few enough for the smallest receive buffer.
            if number % 10 == 9 { #expect(eventually { test.server.metrics.messages.datagrams == number + 1 }) }
        }
        let most = UInt64((1 << 20) / size)
        let malformed = { test.server.metrics.messages.malformed.total }
        #expect(eventually(within: .seconds(3)) { malformed() >= UInt64(count) - most })
        #expect(eventually { self.records(test).contains { $0.message.contains(": too many are incomplete") } })
        // What comes now becomes complete.
        for chunk in chunks(Sample.message("later", .gelf), id: 255, size: 20) { try client.send(chunk) }
        #expect(eventually { self.records(test).contains { $0.message == "later" } })
    }

    @Test func chunksAreGivenUpWhenTheDaemonStops() throws {
        let test = try server()
        let client = try Client(test.receive("gelf"))
        try client.send(chunks(Sample.message("lost", .gelf), id: 1, size: 20)[0])
        #expect(eventually { test.server.metrics.messages.datagrams == 1 })
        test.stopAccepting()
        #expect(eventually { test.server.isIdle })
        test.server.finish()
        test.finishPending()
        #expect(eventually { test.messages.count == 1 })
        #expect(test.server.metrics.messages.malformed.total == 1)
    }

    // MARK: senders

    /// More senders than there is a place for in the table of those who sent lately.
    @Test func eachRecordHasItsOwnSender() throws {
        let test = try server()
        let address = try test.receive("json")
        let clients = try (0..<400).map { _ in try Client(address) }
        for round in 0..<3 {
            for (number, client) in clients.enumerated() {
                try client.send(Sample.datagram("\(number)", .json))
                if number % 50 == 49 {
                    let expected = UInt64(round * 400 + number + 1)
                    #expect(eventually { test.server.metrics.messages.datagrams == expected })
                }
            }
        }
        #expect(eventually { test.messages.count == 1200 })
        for record in records(test) {
            let client = clients[try #require(Int(record.message))]
            guard case .udp(_, let port) = try #require(ListenAddress(of: client.descriptor)) else { return }
            #expect(record.peer == "127.0.0.1:\(port)")
        }
    }
}
