import TestSupport
import Testing

@testable import SocketServer

@Suite struct MemberTableTests {
    private final class Member: LoopMember {
        func ready(_ readiness: Readiness) {}
        var deadline = DeadlineQueue.Place()
        func tick() {}
        func resume() {}
        func abort() {}
    }

    private func all(_ table: MemberTable) -> Set<ObjectIdentifier> {
        Set((0..<table.endIndex).compactMap { table[$0] }.map(ObjectIdentifier.init))
    }

    private func take(_ table: inout MemberTable) -> ObjectIdentifier? {
        table.takeReady().map { ObjectIdentifier($0) }
    }

    @Test func aMemberIsReadyOnceHoweverOftenItIsMarked() {
        var table = MemberTable()
        let (a, b) = (Member(), Member())
        let (first, second) = (table.insert(a), table.insert(b))
        #expect(!table.hasReady)
        for id in [second, first, second, first] { table.markReady(id) }
        #expect(table.hasReady)
        #expect(table.readyCount == 2)
        let ready = [take(&table), take(&table)]
        #expect(ready == [b, a].map { ObjectIdentifier($0) }, "in order")
        #expect(!table.hasReady)
        #expect(take(&table) == nil)
        table.markReady(first)
        #expect(take(&table) != nil, "and again")
    }

    @Test func aMemberThatIsGoneIsNotReady() {
        var table = MemberTable()
        let id = table.insert(Member())
        table.markReady(id)
        table.remove(id)
        #expect(take(&table) == nil)
        #expect(table.count == 0)
        table.markReady(table.insert(Member()))
        #expect(take(&table) != nil)
    }

    /// Against a set.
    @Test func membersComeAndGo() {
        var random = SeededGenerator(seed: 3)
        var table = MemberTable()
        var present: [(member: Member, id: MemberTable.ID)] = []
        for _ in 0..<5000 {
            if Bool.random(using: &random) || present.isEmpty {
                let member = Member()
                present.append((member, table.insert(member)))
            } else {
                table.remove(present.remove(at: Int.random(in: 0..<present.count, using: &random)).id)
            }
            #expect(table.count == present.count)
        }
        #expect(all(table) == Set(present.map { ObjectIdentifier($0.member) }))
        #expect(table.endIndex < 1000, "places are used again")
    }
}
