import TestSupport
import Testing

@testable import SocketServer

/// Whole lives of connections, made up at random.
@Suite struct ConnectionMachineModelTests {
    /// A socket and a pipeline that do what the machine asks for, one step at a time and in any order.
    private struct World {
        enum Pending { case nothing, space, commit, reply }

        let service: Service
        var machine: ConnectionMachine
        /// What the machine waits for, besides input.
        var pending = Pending.nothing
        /// What was received before our end of the stream.
        var input: [[UInt8]] = []
        var recorded: [[UInt8]] = []
        var replies: [[UInt8]] = []
        var commits = 0
        var drained = 0
        var inputEnded = false
        var finished = false
        var isOver = false
        /// A message could not be read.
        var isUnreadable = false
        var violations: [String] = []

        init(_ service: Service) {
            self.service = service
            machine = ConnectionMachine(serving: service)
        }

        mutating func apply(_ action: ConnectionMachine.Action, isFull: Bool) {
            if isOver, action != .none { violations.append("\(action) after the end") }
            switch action {
            case .none:
                break
            case .awaitSpace:
                if pending != .nothing { violations.append("waits for space and for \(pending)") }
                if !isFull { violations.append("waits for space that there is") }
                pending = .space
            case .awaitCommit:
                if pending != .nothing { violations.append("waits for a commit and for \(pending)") }
                pending = .commit
            case .send(let bytes):
                if pending == .reply { violations.append("two replies at once") }
                if commits < recorded.count { violations.append("a reply before its commit") }
                if finished { violations.append("a reply after the end of the stream") }
                replies.append(bytes)
                pending = .reply
            case .finish:
                finished = true
            case .close:
                if !finished, commits < recorded.count { violations.append("an orderly end before the commit") }
                if isUnreadable { violations.append("an orderly end though a message could not be read") }
                if drained > ConnectionMachine.drainLimit + 65_536 { violations.append("drained \(drained)") }
                isOver = true
            case .abandon:
                if inputEnded || !service.endConfirms { violations.append("a reset as the answer to the peer's end") }
                if commits < recorded.count { violations.append("abandoned before the commit") }
                isOver = true
            case .reset:
                isOver = true
            case .handOver:
                if service.exchange != nil { violations.append("an exchange is handed over") }
                if inputEnded { violations.append("handed over after the peer's end") }
                if commits < recorded.count { violations.append("handed over before the commit") }
                isOver = true
            }
            if machine.wantsInput, pending != .nothing { violations.append("wants input and waits for \(pending)") }
            if !machine.wantsInput, pending == .nothing, !isOver { violations.append("waits for nothing that comes") }
        }

        /// One thing that can happen now.
        mutating func step(_ random: inout SeededGenerator, refusing: Bool, stopping: Bool) {
            let isFull = Int.random(in: 0..<4, using: &random) == 0
            let choice = Int.random(in: 0..<10, using: &random)
            if stopping, Int.random(in: 0..<20, using: &random) == 0 {
                let action = machine.suspended()
                // It may have waited for space, and does so no more.
                if action == .awaitCommit { pending = .nothing }
                return apply(action, isFull: isFull)
            }
            if machine.wantsInput {
                if isFull, choice == 5, machine.state == .receiving { return apply(machine.becameFull(), isFull: true) }
                if inputEnded || choice == 0 { return endInput(isFull) }
                if refusing, choice == 6, service.format != nil {
                    isUnreadable = true
                    machine.receivedMalformed()
                }
                return receive(&random, isFull)
            }
            switch pending {
            case .nothing:
                break
            case .space:
                pending = .nothing
                apply(machine.hasSpace(isFull: isFull), isFull: isFull)
            case .commit:
                pending = .nothing
                commits = recorded.count
                let success = !refusing || choice != 4
                let action = machine.committed(success)
                if !success, action != .reset { violations.append("\(action) though it was refused") }
                apply(action, isFull: isFull)
            case .reply:
                pending = .nothing
                apply(machine.sent(isFull: isFull), isFull: isFull)
            }
        }

        private mutating func receive(_ random: inout SeededGenerator, _ isFull: Bool) {
            var bytes = (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }
            if finished {
                bytes = [UInt8](repeating: 0, count: 65_536)
                drained += bytes.count
            } else {
                input.append(bytes)
            }
            if machine.records(endOfInput: false) { recorded.append(bytes) }
            apply(machine.received(bytes.span, isFull: isFull), isFull: isFull)
        }

        private mutating func endInput(_ isFull: Bool) {
            inputEnded = true
            if machine.records(endOfInput: true) { recorded.append([]) }
            apply(machine.inputClosed(), isFull: isFull)
        }
    }

    @Test(arguments: namesWithMachine) func livesGoAsTheyShould(name: String) throws {
        let service = try #require(ProtocolRegistry.named(name))
        var random = SeededGenerator(seed: 7)
        var complete = 0
        for life in 0..<3000 {
            var world = World(service)
            world.apply(world.machine.opened(isFull: life % 3 == 0), isFull: life % 3 == 0)
            for _ in 0..<400 where !world.isOver {
                world.step(&random, refusing: life % 5 == 0, stopping: life % 7 == 0)
            }
            #expect(world.violations == [], "life \(life)")
            #expect(world.recorded == input(of: world), "in order, nothing skipped")
            #expect(world.replies.count <= world.recorded.count)
            switch name {
            case "echo": #expect(world.replies == Array(world.recorded.prefix(world.replies.count)))
            case "hello": #expect(world.replies.count <= 1)
            default: #expect(world.replies.isEmpty)
            }
            guard world.isOver, life % 5 != 0, life % 7 != 0 else { continue }
            complete += 1
            let expected = name == "hello" ? 1 : world.input.count
            #expect(world.recorded.count == expected, "all of an ended stream is recorded")
            #expect(world.replies.count == (name == "discard" || service.format != nil ? 0 : expected))
        }
        #expect(complete > 1700)
    }

    /// What is to be recorded: hello records emptiness where nothing came.
    private func input(of world: World) -> [[UInt8]] {
        world.service.exchange?.repliesOnce == true && world.input.isEmpty && world.inputEnded ? [[]] : world.input
    }

    /// Events that should not come change nothing for the worse.
    @Test(arguments: namesWithMachine) func anyEventsInAnyOrder(name: String) throws {
        let service = try #require(ProtocolRegistry.named(name))
        var random = SeededGenerator(seed: 8)
        var ended = 0
        for _ in 0..<3000 {
            var machine = ConnectionMachine(serving: service)
            var isOver = false
            for _ in 0..<60 {
                let event = ConnectionMachineTests.Event.allCases.randomElement(using: &random) ?? .space
                let action = event.happen(to: &machine)
                if isOver { #expect(action == .none, "\(event)") }
                if [.close, .abandon, .reset].contains(action) {
                    isOver = true
                    ended += 1
                }
            }
            machine.closed()
            for event in ConnectionMachineTests.Event.allCases { #expect(event.happen(to: &machine) == .none) }
        }
        #expect(ended > 1000)
    }
}
