import TestSupport
import Testing

@testable import SocketServer

@Suite struct AuthorshipTests {
    private final class Author: Recorder.Author {
        var isRefused = false
        func committed(_ success: Bool) {}
    }

    @Test func oneRunForRecordsInARow() {
        var authorship = Authorship()
        let (a, b) = (Author(), Author())
        for position in 1...1000 as ClosedRange<UInt64> { authorship.note(position, by: position <= 500 ? a : b) }
        #expect(authorship.count == 2)
        authorship.settle(through: 400, rejected: [], forgotten: 0)
        #expect(authorship.count == 2)
        authorship.settle(through: 1000, rejected: [400 + 100 + 1], forgotten: 0)
        #expect(authorship.isEmpty)
        #expect(!a.isRefused && b.isRefused)
    }

    @Test func refusalsWithinARunThatSettlesBitByBit() {
        for refused in 1...10 as ClosedRange<UInt64> {
            var authorship = Authorship()
            let (a, b) = (Author(), Author())
            for position in 1...10 as ClosedRange<UInt64> { authorship.note(position, by: a) }
            authorship.note(11, by: b)
            for position in 1...11 as ClosedRange<UInt64> {
                authorship.settle(through: position, rejected: position == refused ? [refused] : [], forgotten: 0)
            }
            #expect(a.isRefused && !b.isRefused, "\(refused)")
            #expect(authorship.isEmpty)
        }
    }

    @Test func thoseOfWhomTheListIsLostAreTakenToBeRefused() {
        var authorship = Authorship()
        let (a, b) = (Author(), Author())
        authorship.note(1, by: a)
        authorship.note(2, by: b)
        authorship.settle(through: 2, rejected: [], forgotten: 1)
        #expect(a.isRefused && !b.isRefused)
    }

    /// Against a table of all records.
    @Test func exactlyTheAuthorsOfRefusedRecordsAreTold() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var authorship = Authorship()
            let authors = (0..<5).map { _ in Author() }
            var table: [Int?] = []
            var expected = Set<Int>()
            var settled = 0
            for _ in 0..<100 {
                for _ in 0..<Int.random(in: 0..<20, using: &random) {
                    let author = Int.random(in: 0..<12, using: &random)
                    for _ in 0..<Int.random(in: 1..<5, using: &random) {
                        table.append(author < 5 ? author : nil)
                        if author < 5 { authorship.note(UInt64(table.count), by: authors[author]) }
                    }
                }
                let next = Int.random(in: settled...table.count, using: &random)
                var rejected: [UInt64] = []
                for position in settled..<next where Int.random(in: 0..<2000, using: &random) == 0 {
                    rejected.append(UInt64(position + 1))
                    if let author = table[position] { expected.insert(author) }
                }
                settled = next
                authorship.settle(through: UInt64(settled), rejected: rejected, forgotten: 0)
                #expect(Set(authors.indices.filter { authors[$0].isRefused }) == expected)
            }
        }
    }
}
