import Foundation
import LogBackends
import LogFormats
import LogRecords
import TestSupport
import Testing

@testable import SocketServer

/// While memory is scarce, the beginnings of messages stay with the kernel, and no message is lost by that.
@Suite struct LeftInputTests: StreamIntakeSuite {
    let directory: TemporaryDirectory
    private let test: TestServer
    /// A client of another source, which holds a message of 1 MB; little memory is left for others.
    private let holder: Client

    init() throws {
        directory = try TemporaryDirectory()
        test = try TestServer(MemoryBackend(encoding: Sample.describing), threshold: .warning, memory: 1_300_000)
        holder = try Client(test.listen("json", at: .unix(path: directory.path("holder")), limits: Self.noTimeout))
        let bytes = [UInt8](repeating: 0x78, count: 1_000_000)
        try holder.send(bytes)
        test.finishPending()
    }

    private func texts(_ test: TestServer) -> [String] {
        records(test).map(\.message).filter { !$0.hasPrefix("Connection") }
    }

    /// How many bytes wait at the server's end of a client's connection.
    private func waiting(_ client: Client, at address: ListenAddress) throws -> Int? {
        try kernelEntry(of: client, at: address)?[4].split(separator: ":").last.flatMap { Int($0, radix: 16) }
    }

    private func expectLeft(_ count: Int, _ client: Client, at address: ListenAddress) throws {
        for _ in 0..<2 {
            #expect(try eventually { try waiting(client, at: address) == count })
            for _ in 0..<3 { test.finishPending() }
        }
    }

    @Test(arguments: [LogFormat.json, .gelf, .python, .syslog])
    func whatIsCompleteIsTakenAndTheRestIsLeft(format: LogFormat) throws {
        let address = try test.listen(format.rawValue, limits: Self.noTimeout)
        let client = try Client(address)
        let parts = (0..<3).map { Sample.framed("text \($0) " + String(repeating: "t", count: 3000), format) }
        try client.send(parts[0] + parts[1].prefix(2000))
        #expect(eventually { texts(test).count == 1 })
        try expectLeft(2000, client, at: address)
        try client.send(parts[1][2000..<3000] + [])
        try expectLeft(3000, client, at: address)
        try client.send(parts[1][3000...] + parts[2])
        client.endOutput()
        #expect(end(of: client) == "orderly")
        #expect(texts(test).map { String($0.prefix(6)) } == ["text 0", "text 1", "text 2"])
        #expect(holder.isQuiet && test.server.metrics.messages.malformed.total == 0)
    }

    /// The kernel keeps the memory of a whole segment for its last bytes: left there, they would leave no room for the rest.
    @Test(arguments: [LogFormat.json, .gelf, .python, .syslog])
    func whatTakesTheKernelsMemoryIsTaken(format: LogFormat) throws {
        let address = try test.listen(format.rawValue, limits: Self.noTimeout)
        for size in stride(from: 1000, to: 1200, by: 40) {
            let client = try Client(address)
            let messages = (0..<200).flatMap { Sample.framed("\($0) " + String(repeating: "t", count: size), format) }
            Foundation.Thread.detachNewThread {
                try? client.send(messages)
                client.endOutput()
            }
            #expect(end(of: client) == "orderly", "\(size)")
        }
        #expect(texts(test).count == 5 * 200)
        #expect(holder.isQuiet && test.server.metrics.messages.malformed.total == 0)
    }

    /// Also where a message of many, byte by byte, is longer than what may be left.
    @Test(arguments: [1000, 100_000]) func aLongMessageIsTaken(piece: Int) throws {
        let client = try Client(test.listen("json", limits: Self.noTimeout))
        let message = Sample.framed(String(repeating: "t", count: 99_000), .json)
        for start in stride(from: 0, to: message.count, by: piece) {
            try client.send(message[start..<min(start + piece, message.count)] + [])
            test.finishPending()
        }
        #expect(eventually { texts(test).map(\.utf8.count) == [99_000] })
        client.endOutput()
        #expect(end(of: client) == "orderly")
    }

    /// A receive buffer that holds less than a message does not stop it.
    @Test func aSmallReceiveBufferIsEmptied() throws {
        let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: 0))
        var size: Int32 = 2048
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        let address = try #require(ListenAddress(of: socket))
        let service = try #require(ProtocolRegistry.named("json"))
        test.server.accept(StreamListener(name: "small", service: service, limits: Self.noTimeout), on: socket)
        let client = try Client(address)
        try client.send(Sample.framed(String(repeating: "t", count: 14_000), .json))
        #expect(eventually { texts(test).map(\.utf8.count) == [14_000] })
    }

    /// A line that the sender does not go on with is complete after a while.
    @Test func silenceEndsALine() throws {
        let client = try Client(test.listen("syslog", limits: Self.noTimeout))
        try client.send(Sample.framed("one", .syslog))
        #expect(eventually { texts(test) == ["one"] })
        try client.send(Sample.framed("two", .syslog))
        #expect(eventually { texts(test) == ["one", "two"] })
    }

    /// A receive stops at urgent data, which must not hide what comes after it.
    @Test func urgentDataHidesNothing() throws {
        let client = try Client(test.listen("json", limits: Self.noTimeout))
        let message = Sample.framed("text", .json)
        try client.send(message[..<29] + [])
        test.finishPending()
        var byte = UInt8(ascii: "!")
        try #require(Foundation.send(client.descriptor, &byte, 1, Int32(MSG_OOB)) == 1)
        try client.send(message[29...] + [])
        #expect(eventually { texts(test) == ["text"] })
    }

    // MARK: the end of a message that is left

    @Test func aMessageHasItsTime() throws {
        let limits = ListenerLimits(idleTimeout: nil, messageTimeout: .milliseconds(600))
        let client = try Client(test.listen("json", limits: limits))
        try client.send("half of")
        #expect(end(of: client) == "reset")
        let reported = ": the message was not complete within 0.6 s (message_timeout); first bytes: \"half of\""
        #expect(eventually { texts(test).contains { $0.contains(reported) } })
        #expect(test.server.metrics.messages.malformed.total == 1)
    }

    @Test func thePeersResetLeavesAMalformedMessage() throws {
        let address = try test.listen("json", limits: Self.noTimeout)
        let client = try Client(address)
        try client.send("half of")
        try expectLeft(7, client, at: address)
        client.reset()
        #expect(eventually { test.server.metrics.open == 1 })
        #expect(eventually { test.server.metrics.messages.malformed.total == 1 })
        #expect(texts(test) == [])
    }

    @Test func theDaemonsEndTakesWhatIsLeft() throws {
        let address = try test.listen("json", limits: Self.noTimeout)
        let client = try Client(address)
        try client.send("begun")
        try expectLeft(5, client, at: address)
        test.stopAccepting()
        test.server.abortConnections()
        #expect(end(of: client) == "reset")
        #expect(eventually { texts(test).contains("begun") })
    }

    /// It stays with the kernel until the next process goes on, and is recorded once.
    @Test func theNextProcessReadsWhatIsLeft() throws {
        let address = try test.listen("json", limits: Self.noTimeout)
        let client = try Client(address)
        let message = Sample.framed("text", .json)
        try client.send(message + message[..<12])
        try expectLeft(12, client, at: address)
        let handover = Handover()
        test.stopAccepting(handover)
        #expect(eventually { test.server.metrics.open == 0 })
        let kept = handover.takeAll().filter { $0.state.framing.bytes.isEmpty }
        #expect(kept.map(\.state.bytesReceived) == [message.count])
        #expect(try eventually { try waiting(client, at: address) == 12 })
        let next = try server()
        let service = try #require(ProtocolRegistry.named("json"))
        next.server.resume(kept, of: StreamListener(name: "next", service: service, limits: Self.noTimeout))
        try client.send(message[12...] + [])
        client.endOutput()
        #expect(end(of: client) == "orderly")
        #expect(texts(test) == ["text"] && texts(next) == ["text"])
    }
}
