import TestSupport
import Testing

@testable import SocketServer

/// Whole lives of connections, made up at random.
@Suite struct ConnectionMachineModelTests {
    /// A socket and a pipeline that do what the machine asks for, one step at a time and in any order.
    private struct World {
        let name: String
        var machine: ConnectionMachine
        var recorded: [[UInt8]] = []
        var replies: [[UInt8]] = []
        var commits = 0
        var awaitsCommit = false
        var awaitsSpace = false
        var isSending = false
        var inputEnded = false
        var finished = false
        var isOver = false
        var breaches: [String] = []

        init(_ spoken: any SocketProtocol) {
            name = spoken.name
            machine = ConnectionMachine(speaking: spoken)
        }

        mutating func obey(_ action: ConnectionMachine.Action) {
            if isOver, action != .none { breaches.append("\(action) after the end") }
            switch action {
            case .none: break
            case .awaitSpace: awaitsSpace = true
            case .awaitCommit:
                if awaitsCommit { breaches.append("two waits at once") }
                awaitsCommit = true
            case .send(let bytes):
                if isSending { breaches.append("two replies at once") }
                if commits < recorded.count { breaches.append("a reply before its commit") }
                if finished { breaches.append("a reply after the end of the stream") }
                replies.append(bytes)
                isSending = true
            case .finish: finished = true
            case .close:
                if commits < recorded.count { breaches.append("an orderly end before the commit") }
                isOver = true
            case .reset: isOver = true
            }
            let waits = awaitsCommit || awaitsSpace || isSending || isOver
            if waits == machine.wantsInput { breaches.append("wants input while it waits, or waits for nothing") }
        }

        /// One thing that can happen now.
        mutating func step(_ random: inout SeededGenerator, refusing: Bool) {
            let isFull = Int.random(in: 0..<4, using: &random) == 0
            let choice = Int.random(in: 0..<10, using: &random)
            if machine.wantsInput, !inputEnded {
                if choice == 0 {
                    inputEnded = true
                    if machine.records(endOfInput: true) { recorded.append([]) }
                    obey(machine.inputClosed())
                } else {
                    let bytes = [UInt8.random(in: 0...255, using: &random)]
                    if machine.records(endOfInput: false) { recorded.append(bytes) }
                    obey(machine.received(bytes.span, isFull: isFull))
                }
            } else if awaitsCommit {
                awaitsCommit = false
                commits = recorded.count
                let success = !refusing || choice != 4
                let action = machine.committed(success)
                if !success, action != .reset { breaches.append("\(action) though it was refused") }
                obey(action)
            } else if awaitsSpace {
                awaitsSpace = false
                obey(machine.hasSpace(isFull: isFull))
            } else if isSending {
                isSending = false
                obey(machine.sent(isFull: isFull))
            }
        }
    }

    @Test(arguments: ProtocolRegistry.names) func livesGoAsTheyShould(name: String) throws {
        let spoken = try #require(ProtocolRegistry.named(name))
        var random = SeededGenerator(seed: 7)
        var complete = 0
        for life in 0..<3000 {
            let refusing = life % 5 == 0
            var world = World(spoken)
            world.obey(world.machine.opened(isFull: life % 3 == 0))
            for _ in 0..<300 where !world.isOver { world.step(&random, refusing: refusing) }
            #expect(world.breaches == [], "life \(life)")
            #expect(world.replies.count <= world.recorded.count)
            switch name {
            case "echo": #expect(world.replies == Array(world.recorded.prefix(world.replies.count)))
            case "hello": #expect(world.replies.count <= 1 && world.recorded.count <= 1)
            default: #expect(world.replies.isEmpty)
            }
            guard !refusing else { continue }
            #expect(world.isOver == true, "it comes to an end")
            complete += 1
            #expect(world.replies.count == (name == "discard" ? 0 : world.recorded.count))
        }
        #expect(complete == 2400)
    }

    /// Events that nobody should raise change nothing for the worse.
    @Test(arguments: ProtocolRegistry.names) func anyEventsInAnyOrder(name: String) throws {
        let spoken = try #require(ProtocolRegistry.named(name))
        var random = SeededGenerator(seed: 8)
        var ended = 0
        for _ in 0..<3000 {
            var machine = ConnectionMachine(speaking: spoken)
            var isOver = false
            for _ in 0..<60 {
                let event = ConnectionMachineTests.Event.allCases.randomElement(using: &random) ?? .space
                let action = event.happen(to: &machine)
                if isOver { #expect(action == .none, "\(event)") }
                if action == .close || action == .reset {
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
