import TestSupport
import Testing

@testable import SocketServer

/// The counts by source, of which only the busiest are shown.
@Suite struct SourceTableTests {
    private func shown(_ table: inout SourceTable) -> [Source: UInt64] {
        Dictionary(uniqueKeysWithValues: table.snapshot().busiest.map { ($0.source, $0.received) })
    }

    @Test func sourcesThatHaveSentAreShownWhileThereIsRoom() {
        var table = SourceTable(shownLimit: 3)
        let counts = (1...4).map { table.count(of: .user($0)) }
        #expect(table.snapshot().busiest.isEmpty)
        for (index, count) in counts.enumerated() { count.add(UInt64(index)) }
        let (busiest, others) = table.snapshot()
        #expect(busiest.map(\.source) == [.user(4), .user(3), .user(2)])
        #expect(busiest.map(\.received) == [3, 2, 1] && others == 0)
    }

    /// Its earlier messages were shown with the others, and stay there.
    @Test func aSourceThatTakesAPlaceGoesOnFromItsNumber() {
        var table = SourceTable(shownLimit: 2)
        let counts = (1...3).map { table.count(of: .user($0)) }
        counts[0].add(100)
        counts[1].add(50)
        _ = table.snapshot()
        counts[2].add(56)
        #expect(shown(&table) == [.user(1): 100, .user(2): 50], "it has not sent clearly more")
        #expect(table.snapshot().others == 56)
        counts[2].add(1)
        #expect(shown(&table) == [.user(1): 100, .user(3): 50])
        #expect(table.snapshot().others == 57)
        counts[2].add(10)
        counts[1].add(5)
        #expect(shown(&table) == [.user(1): 100, .user(3): 60])
        #expect(table.snapshot().others == 62)
    }

    /// So that Prometheus takes none for a counter that began again.
    @Test func whatIsShownOnlyGrowsAndAddsUp() {
        var random = SeededGenerator(seed: 12)
        var table = SourceTable(shownLimit: 8, limit: 1000)
        let counts = (0..<60).map { table.count(of: .ipv4($0)) }
        var last: [Source: UInt64] = [:]
        var (lastOthers, total, changes): (UInt64, UInt64, Int) = (0, 0, 0)
        for _ in 0..<2000 {
            // Now these are busy, now those.
            let busy = Int.random(in: 0..<counts.count, using: &random)
            for _ in 0..<20 {
                let index = Bool.random(using: &random) ? busy : Int.random(in: 0..<counts.count, using: &random)
                let count = UInt64.random(in: 0...30, using: &random)
                counts[index].add(count)
                total += count
            }
            let (busiest, others) = table.snapshot()
            #expect(busiest.count <= 8)
            #expect(busiest.reduce(others) { $0 + $1.received } == total)
            #expect(others >= lastOthers)
            for (source, received) in busiest {
                #expect(received >= last[source] ?? 0)
                if last[source] == nil { changes += 1 }
                last[source] = received
            }
            lastOthers = others
        }
        #expect(changes > 20, "others came to be shown")
    }

    @Test func theBusiestIsShownInTheEnd() {
        var table = SourceTable(shownLimit: 4)
        for number in 0..<100 as Range<UInt32> { table.count(of: .ipv4(number)).add(1000 + UInt64(number)) }
        _ = table.snapshot()
        let count = table.count(of: .ipv6(7))
        count.add(5000)
        #expect(shown(&table)[.ipv6(7)] == 1096, "the place of the one that had sent least")
        count.add(1)
        #expect(shown(&table)[.ipv6(7)] == 1097)
    }

    /// As datagrams with addresses that are not the senders' would make many.
    @Test func itKnowsALimitedNumberOfSources() {
        var table = SourceTable(shownLimit: 4, limit: 100)
        let held = (0..<150).map { table.count(of: .user($0)) }
        for number in 0..<10_000 as Range<UInt32> { table.count(of: .ipv4(number)).add(1) }
        #expect(table.size <= 100 + 2 * held.count)
        for count in held { count.add(2) }
        let (busiest, others) = table.snapshot()
        #expect(busiest.reduce(others) { $0 + $1.received } == 10_000 + 2 * 150)
    }

    @Test func thoseThatHaveSentMostAreNotForgotten() {
        var table = SourceTable(shownLimit: 1, limit: 100)
        for number in 0..<20 as Range<UInt32> { table.count(of: .user(number)).add(10) }
        for number in 0..<1000 as Range<UInt32> { table.count(of: .ipv4(number)).add(1) }
        for number in 0..<20 as Range<UInt32> { #expect(table.count(of: .user(number)).value == 10) }
    }
}
