import LogBackends
import TestSupport
import Testing

@testable import SocketServer

@Suite struct InFlightRecordsTests {
    private final class Author: CommitObserver {
        private(set) var isRefused = false
        func recordRejected() { isRefused = true }
        func committed() {}
    }

    @Test func oneRunForRecordsInARow() {
        var records = InFlightRecords()
        let (a, b) = (Author(), Author())
        for position in 1...1000 as ClosedRange<UInt64> { records.add(position, by: position <= 500 ? a : b) }
        #expect(records.count == 2)
        records.acknowledge(Settlement(position: 400, rejected: [], forgotten: 0))
        #expect(records.count == 2)
        records.acknowledge(Settlement(position: 1000, rejected: [400 + 100 + 1], forgotten: 0))
        #expect(records.isEmpty)
        #expect(!a.isRefused && b.isRefused)
    }

    @Test func refusalsWithinARunThatSettlesBitByBit() {
        for refused in 1...10 as ClosedRange<UInt64> {
            var records = InFlightRecords()
            let (a, b) = (Author(), Author())
            for position in 1...10 as ClosedRange<UInt64> { records.add(position, by: a) }
            records.add(11, by: b)
            for position in 1...11 as ClosedRange<UInt64> {
                let rejected = position == refused ? [refused] : []
                records.acknowledge(Settlement(position: position, rejected: rejected, forgotten: 0))
            }
            #expect(a.isRefused && !b.isRefused, "\(refused)")
            #expect(records.isEmpty)
        }
    }

    @Test func observersOfForgottenPositionsAreTakenToHaveARejectedRecord() {
        var records = InFlightRecords()
        let (a, b) = (Author(), Author())
        records.add(1, by: a)
        records.add(2, by: b)
        records.acknowledge(Settlement(position: 2, rejected: [], forgotten: 1))
        #expect(a.isRefused && !b.isRefused)
    }

    /// Against a table of all records.
    @Test func exactlyTheObserversOfRejectedRecordsAreCalled() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var records = InFlightRecords()
            let authors = (0..<5).map { _ in Author() }
            var table: [Int?] = []
            var expected = Set<Int>()
            var settled = 0
            for _ in 0..<100 {
                for _ in 0..<Int.random(in: 0..<20, using: &random) {
                    let author = Int.random(in: 0..<12, using: &random)
                    for _ in 0..<Int.random(in: 1..<5, using: &random) {
                        table.append(author < 5 ? author : nil)
                        if author < 5 { records.add(UInt64(table.count), by: authors[author]) }
                    }
                }
                let next = Int.random(in: settled...table.count, using: &random)
                var rejected: [UInt64] = []
                for position in settled..<next where Int.random(in: 0..<2000, using: &random) == 0 {
                    rejected.append(UInt64(position + 1))
                    if let author = table[position] { expected.insert(author) }
                }
                settled = next
                records.acknowledge(Settlement(position: UInt64(settled), rejected: rejected, forgotten: 0))
                #expect(Set(authors.indices.filter { authors[$0].isRefused }) == expected)
            }
        }
    }
}
