import NIOCore
import TestSupport
import Testing

@testable import SocketServer

@Suite struct ConnectionMachineTests {
    typealias Action = ConnectionMachine.Action

    private static let x = ByteBuffer(string: "x")
    private static let y = ByteBuffer(string: "y")

    /// The states, by the way into them.
    enum Place: CaseIterable {
        case pausing, receiving, recording, committing, sending, draining, ending, done

        /// nil: the protocol never gets there.
        func machine(_ spoken: any SocketProtocol) -> ConnectionMachine? {
            var machine = ConnectionMachine(speaking: spoken)
            if self == .pausing { return machine }
            #expect(machine.proceed(isFull: false) == .read)
            switch self {
            case .pausing, .receiving:
                return machine
            case .done:
                machine.closed()
                return machine
            case .ending:
                return machine.inputClosed() == .awaitCommit ? machine : nil
            case .recording, .committing, .sending, .draining:
                break
            }
            #expect(machine.received(x) == .record(x))
            if self == .recording { return machine }
            guard machine.recorded(isFull: false) == .awaitCommit else { return nil }
            if self == .committing { return machine }
            guard case .send = machine.committed(true) else { return nil }
            if self == .sending { return machine }
            return machine.sent(isFull: false) == .finish ? machine : nil
        }
    }

    enum Event: CaseIterable {
        case space, stillFull, received, inputClosed, recorded, recordedWhenFull, committed, refused, sent, sentWhenFull

        func happen(to machine: inout ConnectionMachine) -> Action {
            switch self {
            case .space: machine.proceed(isFull: false)
            case .stillFull: machine.proceed(isFull: true)
            case .received: machine.received(y)
            case .inputClosed: machine.inputClosed()
            case .recorded: machine.recorded(isFull: false)
            case .recordedWhenFull: machine.recorded(isFull: true)
            case .committed: machine.committed(true)
            case .refused: machine.committed(false)
            case .sent: machine.sent(isFull: false)
            case .sentWhenFull: machine.sent(isFull: true)
            }
        }
    }

    /// What is to happen; what is not named here is nothing.
    private static func expected(_ place: Place, _ event: Event, _ spoken: any SocketProtocol) -> Action {
        switch (place, event, spoken.name) {
        case (.pausing, .space, _): .read
        case (.pausing, .stillFull, _): .awaitSpace
        case (.receiving, .received, _): .record(y)
        case (.receiving, .inputClosed, "hello"): .record(ByteBuffer())
        case (.receiving, .inputClosed, _): .awaitCommit
        case (.recording, .recorded, "discard"): .read
        case (.recording, .recordedWhenFull, "discard"): .awaitSpace
        case (.recording, .recorded, _), (.recording, .recordedWhenFull, _): .awaitCommit
        case (.committing, .committed, "hello"): .send(ByteBuffer(string: "Hello, client!"))
        case (.committing, .committed, _): .send(x)
        case (.committing, .refused, _), (.ending, .refused, _): .reset
        case (.ending, .committed, _): .close
        case (.sending, .sent, "hello"), (.sending, .sentWhenFull, "hello"): .finish
        case (.sending, .sent, _): .read
        case (.sending, .sentWhenFull, _): .awaitSpace
        case (.draining, .received, _): .read
        case (.draining, .inputClosed, _): .close
        default: .none
        }
    }

    @Test(arguments: ProtocolRegistry.names) func eachEventInEachState(name: String) throws {
        let spoken = try #require(ProtocolRegistry.named(name))
        var places = Set<Place>()
        for place in Place.allCases {
            for event in Event.allCases {
                guard var machine = place.machine(spoken) else { continue }
                places.insert(place)
                #expect(event.happen(to: &machine) == Self.expected(place, event, spoken), "\(event) when \(place)")
            }
        }
        let impossible: [String: Set<Place>] = [
            "hello": [.ending], "echo": [.draining], "discard": [.committing, .sending, .draining],
        ]
        #expect(Set(Place.allCases).subtracting(places) == impossible[name])
    }

    @Test func phases() throws {
        let hello = HelloProtocol()
        let expected: [Place: ConnectionMachine.Phase] = [
            .pausing: .ourselves, .receiving: .peer, .recording: .ourselves, .committing: .ourselves,
            .sending: .peerTakesReply, .draining: .peerEnds, .done: .ourselves,
        ]
        for (place, phase) in expected { #expect(try #require(place.machine(hello)).phase == phase, "\(place)") }
        #expect(try #require(Place.ending.machine(EchoProtocol())).phase == .ourselves)
    }

    @Test func helloAnswersSilence() {
        var machine = ConnectionMachine(speaking: HelloProtocol())
        #expect(machine.proceed(isFull: false) == .read)
        #expect(machine.inputClosed() == .record(ByteBuffer()))
        #expect(machine.recorded(isFull: false) == .awaitCommit)
        #expect(machine.committed(true) == .send(HelloProtocol.greeting))
        #expect(machine.sent(isFull: false) == .close, "there is nothing to drain")
        #expect(machine.received(Self.x) == .none)
    }

    @Test func whatComesAfterTheReplyIsThrownAwayUpToALimit() {
        guard var machine = Place.draining.machine(HelloProtocol()) else { return }
        let piece = ByteBuffer(repeating: 0, count: 1024)
        for _ in 0..<(ConnectionMachine.drainLimit / 1024) { #expect(machine.received(piece) == .read) }
        #expect(machine.received(Self.x) == .close)
        #expect(machine.received(piece) == .none)
    }

    @Test func theRestOfAnEndedStreamWaitsForItsTurn() {
        var machine = ConnectionMachine(speaking: EchoProtocol())
        #expect(machine.received(Self.x) == .none)
        #expect(machine.received(Self.y) == .none)
        #expect(machine.inputClosed() == .none)
        #expect(machine.proceed(isFull: true) == .awaitSpace)
        #expect(machine.proceed(isFull: false) == .record(Self.x))
        #expect(machine.recorded(isFull: false) == .awaitCommit)
        #expect(machine.committed(true) == .send(Self.x))
        #expect(machine.sent(isFull: true) == .awaitSpace)
        #expect(machine.proceed(isFull: false) == .record(Self.y))
        #expect(machine.recorded(isFull: false) == .awaitCommit)
        #expect(machine.committed(true) == .send(Self.y))
        #expect(machine.sent(isFull: false) == .awaitCommit)
        #expect(machine.committed(true) == .close)
    }
}
