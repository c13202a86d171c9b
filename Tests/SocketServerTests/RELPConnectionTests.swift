import Foundation
import LogBackends
import LogRecords
import Synchronization
import TestSupport
import Testing

@testable import SocketServer

/// RELP sessions over a socket, with a log whose commits the test steers.
@Suite struct RELPConnectionTests {
    private static let offers = "relp_version=0\nrelp_software=test\ncommands=syslog"
    private static let opened = "1 rsp 62 200 OK\nrelp_version=0\nrelp_software=sockserved\ncommands=syslog\n"

    private static func frame(_ number: Int, _ text: String) -> String {
        "\(number) syslog \(text.utf8.count) \(text)\n"
    }

    /// A client whose session is open.
    private func open(
        _ server: TestServer,
        at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
        limits: ListenerLimits = ListenerLimits(idleTimeout: nil)
    ) throws -> Client {
        let client = try Client(server.listen("relp", at: address, limits: limits))
        try client.send("1 open \(Self.offers.utf8.count) \(Self.offers)\n")
        #expect(try receive(Self.opened.utf8.count, client) == Self.opened)
        return client
    }

    private func receive(_ count: Int, _ client: Client) throws -> String {
        var received: [UInt8] = []
        while received.count < count {
            let more = try client.receive(count - received.count)
            if more.isEmpty { break }
            received += more
        }
        return String(decoding: received, as: UTF8.self)
    }

    private func answers(_ numbers: some Sequence<Int>) -> String {
        numbers.map { "\($0) rsp 6 200 OK\n" }.joined()
    }

    @Test func messagesAreAnsweredInOrder() throws {
        let server = try TestServer(threshold: .notice)
        let client = try open(server)
        try client.send(Self.frame(2, "<13>a") + Self.frame(3, "<13>b"))
        #expect(try receive(30, client) == answers(2...3))
        #expect(server.messages == ["a", "b"])
        try client.send("4 close 0\n")
        #expect(try client.receiveAllText() == "4 rsp 0\n0 serverclose 0\n")
    }

    @Test func noAnswerBeforeTheCommit() throws {
        let backend = MemoryBackend()
        let server = try TestServer(backend, threshold: .notice)
        let client = try open(server)
        backend.pause()
        try client.send(Self.frame(2, "<13>a"))
        server.finishPending()
        #expect(client.isQuiet)
        backend.release()
        #expect(try receive(15, client) == answers(2...2))
    }

    /// From its first byte on, however much trickles in; what is complete is answered.
    @Test func aMessageHasItsTime() throws {
        let server = try TestServer(threshold: .notice)
        let limits = ListenerLimits(idleTimeout: nil, messageTimeout: .milliseconds(700))
        let client = try open(server, limits: limits)
        try client.send(Self.frame(2, "<13>whole") + "3 syslog 1000 <13>slow")
        let start = ContinuousClock.now
        #expect(try receive(15, client) == answers(2...2))
        while (try? client.send(".")) != nil, ContinuousClock.now - start < .seconds(10) { usleep(50_000) }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(ContinuousClock.now - start >= .milliseconds(600))
        #expect(eventually { server.messages.count == 3 })
        let messages = server.messages
        #expect(messages.first == "whole")
        #expect(messages.contains { $0.contains(": the message was not complete within 0.7 s (message_timeout)") })
        #expect(messages.last?.hasSuffix(" lost: a message was not complete in time (message_timeout)") == true)
        #expect(server.server.metrics.messages.malformed.total == 1)
    }

    /// A stalled output gets no answer, and a client gets the others' when it goes on.
    @Test func manyAnswersComeAfterAStall() throws {
        let backend = MemoryBackend()
        let server = try TestServer(backend, threshold: .notice)
        let client = try open(server)
        backend.pause()
        for number in 2...129 { try client.send(Self.frame(number, "<13>\(number)")) }
        server.finishPending()
        #expect(client.isQuiet)
        backend.release()
        let expected = answers(2...129)
        #expect(try receive(expected.utf8.count, client) == expected)
        #expect(server.messages == (2...129).map { "\($0)" })
    }

    private final class Once: Sendable {
        private let isOver = Atomic<Bool>(false)

        /// True the first time.
        func take() -> Bool { !isOver.exchange(true, ordering: .relaxed) }
    }

    /// A client that gets no answer, or a wrong one, would send or drop it without end.
    @Test func aRejectedMessageIsAnsweredAfterTheRejectionIsRecorded() throws {
        let backend = MemoryBackend()
        let server = try TestServer(backend, threshold: .notice)
        let client = try open(server)
        let once = Once()
        backend.follow { count in WriteOutcome(done: count, rejected: once.take() ? [0] : []) }
        try client.send(Self.frame(2, "<13>bad"))
        #expect(try receive(15, client) == answers(2...2))
        #expect(backend.rejected == ["bad"])
        #expect(server.messages.count == 1)
        #expect(server.messages.first?.hasPrefix("The output rejected messages of 127.0.0.1:") == true)
        try client.send(Self.frame(3, "<13>good"))
        #expect(try receive(15, client) == answers(3...3))
        #expect(server.messages.last == "good")
    }

    @Test func aClientThatDoesNotReadItsAnswersIsNotRead() throws {
        let server = try TestServer(threshold: .notice)
        // Of a Unix socket, since the kernel holds little for it.
        let directory = try TemporaryDirectory()
        let client = try open(server, at: .unix(path: directory.path("relp.sock")))
        let text = (2...100_000).map { Self.frame($0, "") }.joined()
        var rest = Array(text.utf8)[...]
        var stalls = 0
        while !rest.isEmpty, stalls < 200 {
            let count = rest.withUnsafeBytes { send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else {
                stalls += 1
                usleep(10_000)
            }
        }
        #expect(!rest.isEmpty, "all was read, though no answer was")
    }

    @Test func serverCloseComesAtAStop() throws {
        let server = try TestServer(threshold: .notice)
        let client = try open(server)
        try client.send(Self.frame(2, "<13>a"))
        #expect(try receive(15, client) == answers(2...2))
        server.stopAccepting()
        #expect(try client.receiveAllText() == "0 serverclose 0\n")
        client.close()
        #expect(eventually { server.server.isIdle })
    }

    @Test func whatIsUnderWayIsAnsweredAtAStop() throws {
        let backend = MemoryBackend()
        let server = try TestServer(backend, threshold: .notice)
        let client = try open(server)
        backend.pause()
        try client.send(Self.frame(2, "<13>a"))
        server.finishPending()
        server.stopAccepting()
        server.finishPending()
        #expect(client.isQuiet)
        backend.release()
        #expect(try client.receiveAllText() == answers(2...2) + "0 serverclose 0\n")
    }

    @Test func aHalfClosedClientGetsItsAnswers() throws {
        let server = try TestServer(threshold: .notice)
        let client = try open(server)
        try client.send(Self.frame(2, "<13>a") + Self.frame(3, "<13>b"))
        client.endOutput()
        #expect(try client.receiveAllText() == answers(2...3))
    }

    @Test func aSecondOpenIsRefusedAfterTheAnswersBeforeIt() throws {
        let server = try TestServer(threshold: .notice)
        let client = try open(server)
        try client.send(Self.frame(2, "<13>a") + "3 open 1 x\n" + Self.frame(4, "<13>b"))
        #expect(
            try client.receiveAllText()
                == answers(2...2) + "3 rsp 23 500 the session is open\n0 serverclose 0\n"
        )
        #expect(server.messages == ["a"])
    }

    @Test func nonsenseIsReportedAndReset() throws {
        let server = try TestServer(threshold: .notice)
        let client = try Client(server.listen("relp"))
        try client.send("<13>plain syslog\n")
        #expect(throws: Client.Failure(operation: "receive", number: ECONNRESET)) { try client.receive() }
        #expect(eventually { !server.messages.isEmpty })
        let report = try #require(server.messages.first)
        #expect(report.hasPrefix("Cannot read a relp message from 127.0.0.1:"))
        #expect(report.contains("a RELP frame without a transaction number"))
        #expect(report.hasSuffix("check that handler, protocol and port agree"))
    }

    @Test func aLongMessageIsCutAndAnswered() throws {
        let server = try TestServer(threshold: .notice)
        let client = try open(server, limits: ListenerLimits(idleTimeout: nil, messageLimit: 1024))
        let text = String(repeating: "x", count: 100_000)
        try client.send(Self.frame(2, text) + Self.frame(3, "<13>b"))
        #expect(try receive(30, client) == answers(2...3))
        #expect(server.messages.map(\.utf8.count) == [1024, 1])
    }

    @Test func idleTimeoutEndsTheSessionInOrder() throws {
        let server = try TestServer(threshold: .notice)
        let client = try open(server, limits: ListenerLimits(idleTimeout: .milliseconds(300)))
        #expect(try client.receiveAllText() == "0 serverclose 0\n")
    }

    /// With several threads, each answers its own connections.
    @Test func manyClientsAtOnce() throws {
        let server = try TestServer(threads: 2, threshold: .notice)
        let address = try server.listen("relp", limits: ListenerLimits(idleTimeout: nil))
        let clients = try (0..<20).map { _ in try Client(address) }
        for client in clients { try client.send("1 open \(Self.offers.utf8.count) \(Self.offers)\n") }
        for number in 2...200 {
            for client in clients { try client.send(Self.frame(number, "<13>\(number)")) }
        }
        let expected = Self.opened + answers(2...200)
        for client in clients { #expect(try receive(expected.utf8.count, client) == expected) }
        #expect(server.messages.count == 20 * 199)
    }
}
