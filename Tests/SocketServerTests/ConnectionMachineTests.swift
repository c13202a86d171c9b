import Testing

@testable import SocketServer

@Suite struct ConnectionMachineTests {
    typealias Action = ConnectionMachine.Action

    /// The states, by the way into them.
    enum Place: CaseIterable {
        case pausing, receiving, committing, sending, draining, ending, done

        /// nil: the protocol never gets there.
        func machine(_ spoken: any SocketProtocol) -> ConnectionMachine? {
            var machine = ConnectionMachine(speaking: spoken)
            #expect(machine.opened(isFull: self == .pausing) == (self == .pausing ? .awaitSpace : .none))
            switch self {
            case .pausing, .receiving:
                return machine
            case .done:
                machine.closed()
                return machine
            case .ending:
                _ = machine.inputClosed()
                return machine.state == .committing(reply: nil) ? machine : nil
            case .committing, .sending, .draining:
                break
            }
            guard machine.received([0x78].span, isFull: false) == .awaitCommit else { return nil }
            if self == .committing { return machine }
            guard case .send = machine.committed(true) else { return nil }
            if self == .sending { return machine }
            return machine.sent(isFull: false) == .finish ? machine : nil
        }
    }

    enum Event: CaseIterable {
        case space, stillFull, received, receivedWhenFull, inputClosed, committed, refused, sent, sentWhenFull

        func happen(to machine: inout ConnectionMachine) -> Action {
            switch self {
            case .space: machine.hasSpace(isFull: false)
            case .stillFull: machine.hasSpace(isFull: true)
            case .received: machine.received([0x79].span, isFull: false)
            case .receivedWhenFull: machine.received([0x79].span, isFull: true)
            case .inputClosed: machine.inputClosed()
            case .committed: machine.committed(true)
            case .refused: machine.committed(false)
            case .sent: machine.sent(isFull: false)
            case .sentWhenFull: machine.sent(isFull: true)
            }
        }
    }

    /// What is to happen; what is not named here is nothing.
    private static func expected(_ place: Place, _ event: Event, _ name: String) -> Action {
        switch (place, event, name) {
        case (.pausing, .stillFull, _): .awaitSpace
        case (.receiving, .received, "discard"): .none
        case (.receiving, .receivedWhenFull, "discard"): .awaitSpace
        case (.receiving, .received, _), (.receiving, .receivedWhenFull, _): .awaitCommit
        case (.receiving, .inputClosed, _): .awaitCommit
        case (.committing, .committed, "hello"): .send(Array("Hello, client!".utf8))
        case (.committing, .committed, _): .send([0x78])
        case (.committing, .refused, _), (.ending, .refused, _): .reset
        case (.ending, .committed, _): .close
        case (.sending, .sent, "hello"), (.sending, .sentWhenFull, "hello"): .finish
        case (.sending, .sentWhenFull, _): .awaitSpace
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
                let action = event.happen(to: &machine)
                #expect(action == Self.expected(place, event, name), "\(event) when \(place)")
                if action == .close || action == .reset { #expect(machine.state == .done) }
            }
        }
        let impossible: [String: Set<Place>] = [
            "hello": [.ending], "echo": [.draining], "discard": [.committing, .sending, .draining],
        ]
        #expect(Set(Place.allCases).subtracting(places) == impossible[name])
    }

    @Test(arguments: ProtocolRegistry.names) func inputIsWantedOnlyWhereItHasAPlace(name: String) throws {
        let spoken = try #require(ProtocolRegistry.named(name))
        for place in Place.allCases {
            guard let machine = place.machine(spoken) else { continue }
            #expect(machine.wantsInput == (place == .receiving || place == .draining), "\(place)")
            #expect(machine.records(endOfInput: false) == (place == .receiving), "\(place)")
            #expect(machine.records(endOfInput: true) == (place == .receiving && name == "hello"), "\(place)")
        }
    }

    @Test func helloAnswersSilence() {
        var machine = ConnectionMachine(speaking: HelloProtocol())
        #expect(machine.opened(isFull: false) == .none)
        #expect(machine.records(endOfInput: true))
        #expect(machine.inputClosed() == .awaitCommit)
        #expect(machine.committed(true) == .send(Array("Hello, client!".utf8)))
        #expect(machine.sent(isFull: false) == .close, "there is nothing to drain")
    }

    @Test func whatComesAfterTheReplyIsThrownAwayUpToALimit() throws {
        var machine = try #require(Place.draining.machine(HelloProtocol()))
        let piece = [UInt8](repeating: 0, count: 1024)
        for _ in 0..<(ConnectionMachine.drainLimit / 1024) {
            #expect(machine.received(piece.span, isFull: false) == .none)
        }
        #expect(machine.state == .draining)
        #expect(machine.received([0].span, isFull: false) == .close)
        #expect(machine.received(piece.span, isFull: false) == .none)
    }
}
