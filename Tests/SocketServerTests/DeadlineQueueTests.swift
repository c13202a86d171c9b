import Linux
import TestSupport
import Testing

@testable import SocketServer

@Suite struct DeadlineQueueTests {
    private final class Member: Ticker {
        var deadline = DeadlineQueue.Place()
        let number: Int
        init(_ number: Int) { self.number = number }
        func tick() {}
    }

    private let start = MonotonicTime.now

    @Test func theEarliestComesFirstAndNoneBeforeItsTime() {
        var queue = DeadlineQueue()
        let members = (0..<10).map(Member.init)
        #expect(queue.first == nil)
        for (delay, member) in zip([5, 3, 8, 1, 9, 2, 7, 4, 6, 0], members) {
            queue.set(member, to: start + .seconds(delay))
        }
        #expect(queue.first == start)
        var taken: [Int] = []
        while let member = queue.takeFirst(dueAt: start + .milliseconds(4500)) as? Member {
            taken.append(member.number)
        }
        #expect(taken == [9, 3, 5, 1, 7])
        #expect(queue.count == 5)
        #expect(queue.first == start + .seconds(5))
        #expect(queue.deadline(of: members[0]) == start + .seconds(5))
        #expect(queue.deadline(of: members[9]) == nil)
    }

    @Test func aDeadlineBeyondAllTimeIsTheLastThereIs() {
        let (never, later) = (start + .seconds(Int64.max), start + .seconds(1_000_000_000))
        #expect(never > later)
        #expect(never == start + .nanoseconds(Int64.max))
    }

    /// Against a dictionary.
    @Test func deadlinesAreSetMovedRemovedAndTaken() {
        var random = SeededGenerator(seed: 5)
        var queue = DeadlineQueue()
        let members = (0..<200).map(Member.init)
        var expected: [Int: MonotonicTime] = [:]
        for round in 0..<20_000 {
            let number = Int.random(in: 0..<200, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<5:
                let time = start + .milliseconds(round / 10 + Int.random(in: 0..<1000, using: &random))
                queue.set(members[number], to: time)
                expected[number] = time
            case 5:
                queue.remove(members[number])
                expected[number] = nil
            default:
                let now = start + .milliseconds(round / 10)
                let earliest = expected.values.min()
                guard let member = queue.takeFirst(dueAt: now) as? Member else {
                    #expect(earliest.map { $0 > now } ?? true)
                    continue
                }
                #expect(expected[member.number] == earliest)
                expected[member.number] = nil
            }
            #expect(queue.count == expected.count)
            #expect(queue.first == expected.values.min())
            #expect(queue.deadline(of: members[number]) == expected[number])
        }
    }
}
