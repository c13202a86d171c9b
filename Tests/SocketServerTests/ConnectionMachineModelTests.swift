import NIOCore
import TestSupport
import Testing

@testable import SocketServer

/// Whole lives of connections, made up at random.
@Suite struct ConnectionMachineModelTests {
    /// A socket and a pipeline that do what the machine asks for, one step at a time and in any order.
    private struct World {
        enum Debt { case read, space, commit, reply, nothing }

        let spoken: any SocketProtocol
        var machine: ConnectionMachine
        /// What the machine waits for.
        var debt = Debt.space
        var input: [ByteBuffer] = []
        var recorded: [ByteBuffer] = []
        var replies: [ByteBuffer] = []
        var commits = 0
        var inputEnded = false
        var finished = false
        var isOver = false
        var breaches: [String] = []

        init(_ spoken: any SocketProtocol) {
            self.spoken = spoken
            machine = ConnectionMachine(speaking: spoken)
        }

        mutating func obey(_ first: ConnectionMachine.Action, _ isFull: Bool) {
            var action = first
            if isOver, action != .none { breaches.append("\(action) after the end") }
            if case .record(let bytes) = action {
                recorded.append(bytes)
                action = machine.recorded(isFull: isFull)
                // A protocol without replies goes on with what waits at once.
                while case .record(let bytes) = action {
                    recorded.append(bytes)
                    action = machine.recorded(isFull: isFull)
                }
            }
            switch action {
            case .none, .record: break
            case .read: debt = .read
            case .awaitSpace: debt = .space
            case .awaitCommit:
                if debt == .commit { breaches.append("two waits at once") }
                debt = .commit
            case .send(let bytes):
                if debt == .reply { breaches.append("two replies at once") }
                if commits < recorded.count { breaches.append("a reply before its commit") }
                if finished { breaches.append("a reply after the end of the stream") }
                replies.append(bytes)
                debt = .reply
            case .finish:
                finished = true
                debt = .read
            case .close:
                if !finished, commits < recorded.count { breaches.append("an orderly end before the commit") }
                isOver = true
            case .reset:
                isOver = true
            }
        }

        /// One thing that can happen now.
        mutating func step(_ random: inout SeededGenerator, refusing: Bool) {
            let isFull = Int.random(in: 0..<4, using: &random) == 0
            let choice = Int.random(in: 0..<10, using: &random)
            if choice < 3, !inputEnded {
                // Input comes when it was asked for, or with the end of the stream.
                guard debt == .read else { return }
                receive(&random, isFull)
            } else if choice == 3, !inputEnded {
                for _ in 0..<Int.random(in: 0...3, using: &random) { receive(&random, isFull) }
                inputEnded = true
                obey(machine.inputClosed(), isFull)
            } else {
                switch debt {
                case .space:
                    obey(machine.proceed(isFull: isFull), isFull)
                case .commit:
                    debt = .nothing
                    commits = recorded.count
                    let success = !refusing || choice != 4
                    let action = machine.committed(success)
                    if !success, action != .reset { breaches.append("\(action) though it was refused") }
                    obey(action, isFull)
                case .reply:
                    debt = .nothing
                    obey(machine.sent(isFull: isFull), isFull)
                case .read, .nothing:
                    break
                }
            }
        }

        private mutating func receive(_ random: inout SeededGenerator, _ isFull: Bool) {
            let bytes = ByteBuffer(integer: random.next())
            if !finished { input.append(bytes) }
            if debt == .read { debt = .nothing }
            obey(machine.received(bytes), isFull)
        }
    }

    @Test(arguments: ProtocolRegistry.names) func livesGoAsTheyShould(name: String) throws {
        let spoken = try #require(ProtocolRegistry.named(name))
        var random = SeededGenerator(seed: 7)
        var complete = 0
        for life in 0..<3000 {
            var world = World(spoken)
            world.obey(world.machine.proceed(isFull: life % 3 == 0), false)
            for _ in 0..<200 where !world.isOver { world.step(&random, refusing: life % 5 == 0) }
            #expect(world.breaches == [], "life \(life)")
            #expect(world.recorded == Array(input(of: world).prefix(world.recorded.count)), "in order, nothing skipped")
            #expect(world.replies.count <= world.recorded.count)
            switch name {
            case "echo": #expect(world.replies == Array(world.recorded.prefix(world.replies.count)))
            case "hello": #expect(world.replies.count <= 1)
            default: #expect(world.replies.isEmpty)
            }
            guard world.inputEnded, world.isOver, life % 5 != 0 else { continue }
            complete += 1
            let expected = name == "hello" ? 1 : world.input.count
            #expect(world.recorded.count == expected, "all of an ended stream is recorded")
            #expect(world.replies.count == (name == "discard" ? 0 : expected))
        }
        #expect(complete > 1000)
    }

    /// What is to be recorded: hello records emptiness where nothing came.
    private func input(of world: World) -> [ByteBuffer] {
        world.spoken.repliesOnce && world.input.isEmpty ? [ByteBuffer()] : world.input
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
