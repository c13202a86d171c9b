import LogFormats
import TestSupport
import Testing

@testable import SocketServer

@Suite struct ConnectionMachineTests {
    typealias Action = ConnectionMachine.Action

    private static let x = Array("x".utf8)
    private static let y = Array("y".utf8)

    /// The states, by the way into them.
    enum Place: CaseIterable {
        case pausing, receiving, committing, sending, draining, ending, done

        /// nil: the protocol never gets there.
        func machine(_ service: Service) -> ConnectionMachine? {
            var machine = ConnectionMachine(serving: service)
            #expect(machine.opened(isFull: self == .pausing) == (self == .pausing ? .awaitSpace : .none))
            switch self {
            case .pausing, .receiving:
                return machine
            case .done:
                machine.closed()
                return machine
            case .ending:
                #expect(machine.inputClosed() == .awaitCommit)
                return machine.state == .committing(reply: nil) ? machine : nil
            case .committing, .sending, .draining:
                break
            }
            guard machine.received(x.span, isFull: false) == .awaitCommit else { return nil }
            if self == .committing { return machine }
            guard case .send = machine.committed(true) else { return nil }
            if self == .sending { return machine }
            return machine.sent(isFull: false) == .finish ? machine : nil
        }
    }

    enum Event: CaseIterable {
        case space, stillFull, received, receivedWhenFull, inputClosed, committed, refused, sent, sentWhenFull, timedOut
        case becameFull, unreadable, broken

        func happen(to machine: inout ConnectionMachine) -> Action {
            switch self {
            case .space: machine.hasSpace(isFull: false)
            case .stillFull: machine.hasSpace(isFull: true)
            case .received: machine.received(y.span, isFull: false)
            case .receivedWhenFull: machine.received(y.span, isFull: true)
            case .inputClosed: machine.inputClosed()
            case .committed: machine.committed(true)
            case .refused: machine.committed(false)
            case .sent: machine.sent(isFull: false)
            case .sentWhenFull: machine.sent(isFull: true)
            case .timedOut: machine.timedOut()
            case .becameFull: machine.becameFull()
            case .unreadable: ConnectionMachineTests.note(&machine)
            case .broken: machine.broken()
            }
        }
    }

    /// A message could not be read: nothing is done about it now.
    fileprivate static func note(_ machine: inout ConnectionMachine) -> Action {
        machine.receivedMalformed()
        return .none
    }

    private typealias State = ConnectionMachine.State

    /// What is to happen, and where it leads; what is not named here is nothing, and leads nowhere.
    private static func expected(_ place: Place, _ event: Event, _ service: Service) -> (Action, State)? {
        let greeting = HelloProtocol.greeting
        let isSilent = service.name == "discard" || service.format != nil
        return switch (place, event, service.name) {
        case (.pausing, .space, _): (.none, .receiving)
        case (.pausing, .stillFull, _): (.awaitSpace, .pausing)
        case (.receiving, .received, _) where isSilent: (.none, .receiving)
        case (.receiving, .receivedWhenFull, _) where isSilent: (.awaitSpace, .pausing)
        case (.receiving, .becameFull, _): (.awaitSpace, .pausing)
        case (.receiving, .broken, _): (.reset, .done)
        case (.receiving, .received, "hello"), (.receiving, .receivedWhenFull, "hello"):
            (.awaitCommit, .committing(reply: greeting))
        case (.receiving, .received, _), (.receiving, .receivedWhenFull, _): (.awaitCommit, .committing(reply: y))
        case (.receiving, .inputClosed, "hello"): (.awaitCommit, .committing(reply: greeting))
        case (.receiving, .inputClosed, _): (.awaitCommit, .committing(reply: nil))
        case (.committing, .committed, "hello"): (.send(greeting), .sending)
        case (.committing, .committed, _): (.send(x), .sending)
        case (.committing, .refused, _), (.ending, .refused, _): (.reset, .done)
        case (.ending, .committed, _): (.close, .done)
        case (.sending, .sent, "hello"), (.sending, .sentWhenFull, "hello"): (.finish, .draining)
        case (.sending, .sent, _): (.none, .receiving)
        case (.sending, .sentWhenFull, _): (.awaitSpace, .pausing)
        case (.draining, .inputClosed, _): (.close, .done)
        case (.receiving, .timedOut, _): (.awaitCommit, .committing(reply: nil))
        case (.sending, .timedOut, _), (.draining, .timedOut, _): (.close, .done)
        default: nil
        }
    }

    @Test(arguments: namesWithMachine) func eachEventInEachState(name: String) throws {
        let service = try #require(ProtocolRegistry.named(name))
        var places = Set<Place>()
        for place in Place.allCases {
            for event in Event.allCases {
                guard var machine = place.machine(service) else { continue }
                places.insert(place)
                let (action, state) = Self.expected(place, event, service) ?? (.none, machine.state)
                #expect(event.happen(to: &machine) == action, "\(event) when \(place)")
                #expect(machine.state == state, "\(event) when \(place)")
            }
        }
        let impossible: [String: Set<Place>] = [
            "hello": [.ending], "echo": [.draining], "discard": [.committing, .sending, .draining],
        ]
        #expect(Set(Place.allCases).subtracting(places) == impossible[service.format == nil ? name : "discard"])
    }

    @Test func whenInputIsWantedAndRecorded() throws {
        let hello = Service.exchange(HelloProtocol())
        for place in Place.allCases {
            guard let machine = place.machine(hello) else { continue }
            #expect(machine.wantsInput == [.receiving, .draining].contains(place), "\(place)")
            #expect(machine.records(endOfInput: false) == (place == .receiving), "\(place)")
            #expect(machine.records(endOfInput: true) == (place == .receiving), "\(place): silence is answered")
        }
        for service in [.exchange(EchoProtocol()), .exchange(DiscardProtocol())] as [Service] {
            let machine = try #require(Place.receiving.machine(service))
            #expect(machine.records(endOfInput: false))
            #expect(!machine.records(endOfInput: true))
            #expect(try #require(Place.ending.machine(service)).wantsInput == false)
        }
    }

    @Test func helloAnswersSilenceOnce() {
        var machine = ConnectionMachine(serving: .exchange(HelloProtocol()))
        #expect(machine.opened(isFull: false) == .none)
        #expect(machine.inputClosed() == .awaitCommit)
        #expect(machine.inputClosed() == .none)
        #expect(machine.committed(true) == .send(HelloProtocol.greeting))
        #expect(machine.committed(true) == .none)
        #expect(machine.sent(isFull: false) == .close, "there is nothing to drain")
        #expect(!machine.records(endOfInput: true))
        #expect(machine.inputClosed() == .none)
        #expect(machine.received(Self.x.span, isFull: false) == .none)
    }

    /// A client that waits for the end of the stream must not take it for success.
    @Test(arguments: LogFormat.allCases) func aRefusedMessageTakesTheOrderlyEnd(format: LogFormat) {
        for (ending, end) in [(Event.inputClosed, Action.close), (.timedOut, .abandon)] {
            for isRefused in [false, true] {
                var machine = ConnectionMachine(serving: .intake(format))
                #expect(machine.opened(isFull: false) == .none)
                #expect(machine.received(Self.x.span, isFull: false) == .none)
                if isRefused { machine.receivedMalformed() }
                #expect(machine.received(Self.y.span, isFull: true) == .awaitSpace, "the stream goes on")
                #expect(machine.hasSpace(isFull: false) == .none)
                #expect(ending.happen(to: &machine) == .awaitCommit)
                #expect(machine.committed(true) == (isRefused ? .reset : end))
                #expect(machine.hasMalformed == isRefused)
            }
        }
    }

    @Test func nothingIsReceivedWhileThereIsNoSpace() {
        var machine = ConnectionMachine(serving: .intake(.syslog))
        #expect(machine.opened(isFull: false) == .none)
        #expect(machine.becameFull() == .awaitSpace)
        #expect(!machine.wantsInput)
        #expect(machine.becameFull() == .none, "once")
        #expect(machine.hasSpace(isFull: true) == .awaitSpace)
        #expect(machine.hasSpace(isFull: false) == .none)
        #expect(machine.wantsInput)
        #expect(machine.broken() == .reset)
        #expect(!machine.wantsInput)
        #expect(machine.broken() == .none)
    }

    @Test func whatComesAfterTheReplyIsThrownAwayUpToALimit() throws {
        var machine = try #require(Place.draining.machine(.exchange(HelloProtocol())))
        let piece = [UInt8](repeating: 0, count: 1024)
        for _ in 0..<(ConnectionMachine.drainLimit / 1024) {
            #expect(machine.received(piece.span, isFull: false) == .none)
            #expect(machine.wantsInput)
        }
        #expect(machine.received(Self.x.span, isFull: false) == .close)
        #expect(!machine.wantsInput)
        #expect(machine.received(piece.span, isFull: false) == .none)
    }

    @Test func anEchoGoesOnOnlyWhereThereIsSpace() {
        var machine = ConnectionMachine(serving: .exchange(EchoProtocol()))
        #expect(machine.opened(isFull: true) == .awaitSpace)
        #expect(machine.hasSpace(isFull: true) == .awaitSpace)
        #expect(machine.hasSpace(isFull: false) == .none)
        #expect(machine.received(Self.x.span, isFull: true) == .awaitCommit)
        #expect(machine.committed(true) == .send(Self.x))
        #expect(machine.sent(isFull: true) == .awaitSpace)
        #expect(machine.hasSpace(isFull: false) == .none)
        #expect(machine.received(Self.y.span, isFull: false) == .awaitCommit)
        #expect(machine.committed(true) == .send(Self.y))
        #expect(machine.sent(isFull: false) == .none)
        #expect(machine.inputClosed() == .awaitCommit)
        #expect(machine.committed(true) == .close)
    }
}
