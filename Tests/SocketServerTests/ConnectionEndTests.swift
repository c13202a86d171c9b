import Glibc
import Linux
import LogFormats
import Testing

@testable import SocketServer

@Suite struct ConnectionEndTests {
    private static let failures: [ConnectionEnd.Failure] = [
        .system(Errno(ECONNRESET)), .malformedMessage, .uncommittedRecords, .stop, .unreadData, .overdueMessage,
        .memory, .unusableState,
    ]

    private let messages = Service.intake(.syslog)
    private let hello = Service.exchange(HelloProtocol())

    /// A machine that was opened.
    private func machine(_ service: Service, isFull: Bool = false) -> ConnectionMachine {
        var machine = ConnectionMachine(serving: service)
        _ = machine.opened(isFull: isFull)
        return machine
    }

    @Test func aStoppedConnectionWithoutMessagesIsClosedAndOneWithMessagesAbandoned() {
        #expect(ConnectionEnd(stopping: machine(hello), isRecorded: true) == .orderly)
        #expect(ConnectionEnd(stopping: machine(messages), isRecorded: true) == .abandoned)
    }

    @Test func aStoppedConnectionIsLostUntilAllIsRecorded() {
        #expect(ConnectionEnd(stopping: machine(messages), isRecorded: false) == .lost(.stop))
        #expect(ConnectionEnd(stopping: machine(messages, isFull: true), isRecorded: true) == .lost(.stop))
        var malformed = machine(messages)
        malformed.receivedMalformed()
        #expect(ConnectionEnd(stopping: malformed, isRecorded: true) == .lost(.stop))
    }

    @Test func aStoppedConnectionIsLostUntilItsReplyIsSent() {
        var machine = machine(hello)
        _ = machine.received([1].span, isFull: false)
        #expect(ConnectionEnd(stopping: machine, isRecorded: true) == .lost(.stop))
        _ = machine.committed(true)
        #expect(ConnectionEnd(stopping: machine, isRecorded: true) == .lost(.stop))
        _ = machine.sent(isFull: false)
        #expect(ConnectionEnd(stopping: machine, isRecorded: true) == .orderly)
    }

    @Test func aConnectionThatHasEndedDoesNotEndAgain() {
        var machine = machine(messages)
        machine.closed()
        #expect(ConnectionEnd(stopping: machine, isRecorded: true) == nil)
    }

    @Test func unreadBytesMakeEveryGoodEndALoss() {
        for end in [.orderly, .abandoned, .resetByPeer] as [ConnectionEnd] {
            #expect(end.withUnread(0) == end)
            #expect(end.withUnread(1) == .lost(.unreadData))
        }
        for failure in Self.failures {
            #expect(ConnectionEnd.lost(failure).withUnread(0) == .lost(failure))
            #expect(ConnectionEnd.lost(failure).withUnread(1) == .lost(failure))
        }
    }

    @Test func onlyTheOrderlyEndConfirms() {
        #expect(ConnectionEnd.orderly.socketAction == .confirm)
        #expect(ConnectionEnd.abandoned.socketAction == .none)
        #expect(ConnectionEnd.resetByPeer.socketAction == .none)
    }

    @Test func theDaemonResetsWhatTheKernelDoesNot() {
        let reset = Self.failures.filter { ConnectionEnd.lost($0).socketAction == .reset }
        let others: [ConnectionEnd.Failure] = [.overdueMessage, .memory, .unusableState]
        #expect(reset == [.malformedMessage, .uncommittedRecords, .stop] + others)
    }

    @Test func aLossSaysItsReason() {
        let texts = Self.failures.map { "\($0)" }
        #expect(texts[0].contains("Connection reset by peer"))
        #expect(
            texts.dropFirst() == [
                "one of its messages could not be read", "its records could not be committed", "the daemon stops",
                "what it sent last was not read", "a message was not complete in time (message_timeout)",
                "it held too much memory (memory_limit)",
                "it cannot go on with the present settings of its listener",
            ]
        )
    }
}
