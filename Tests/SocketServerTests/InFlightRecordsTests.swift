import Linux
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

    private let now = MonotonicTime.now

    private func settled(through position: UInt64, rejected: [UInt64] = [], forgotten: UInt64 = 0) -> Settlement {
        Settlement(position: position, rejected: rejected, forgotten: forgotten, time: now)
    }

    @Test func oneRunForRecordsInARow() {
        var records = InFlightRecords()
        let (a, b) = (Author(), Author())
        for position in 1...1000 as ClosedRange<UInt64> { records.add(position, by: position <= 500 ? a : b, at: now) }
        #expect(records.count == 2)
        records.acknowledge(settled(through: 400))
        #expect(records.count == 2)
        records.acknowledge(settled(through: 1000, rejected: [400 + 100 + 1]))
        #expect(records.isEmpty)
        #expect(!a.isRefused && b.isRefused)
    }

    @Test func refusalsWithinARunThatSettlesBitByBit() {
        for refused in 1...10 as ClosedRange<UInt64> {
            var records = InFlightRecords()
            let (a, b) = (Author(), Author())
            for position in 1...10 as ClosedRange<UInt64> { records.add(position, by: a, at: now) }
            records.add(11, by: b, at: now)
            for position in 1...11 as ClosedRange<UInt64> {
                let rejected = position == refused ? [refused] : []
                records.acknowledge(settled(through: position, rejected: rejected))
            }
            #expect(a.isRefused && !b.isRefused, "\(refused)")
            #expect(records.isEmpty)
        }
    }

    @Test func observersOfForgottenPositionsAreTakenToHaveARejectedRecord() {
        var records = InFlightRecords()
        let (a, b) = (Author(), Author())
        records.add(1, by: a, at: now)
        records.add(2, by: b, at: now)
        records.acknowledge(settled(through: 2, forgotten: 1))
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
                        if author < 5 { records.add(UInt64(table.count), by: authors[author], at: now) }
                    }
                }
                let next = Int.random(in: settled...table.count, using: &random)
                var rejected: [UInt64] = []
                for position in settled..<next where Int.random(in: 0..<2000, using: &random) == 0 {
                    rejected.append(UInt64(position + 1))
                    if let author = table[position] { expected.insert(author) }
                }
                settled = next
                records.acknowledge(self.settled(through: UInt64(settled), rejected: rejected))
                #expect(Set(authors.indices.filter { authors[$0].isRefused }) == expected)
            }
        }
    }

    // MARK: messages

    private func account(_ metrics: ServerMetrics) -> (AccountBook, MessageAccount) {
        let book = AccountBook(metrics)
        return (book, book.open(ListenerMetrics(name: "l", protocolName: "syslog")))
    }

    @Test func messagesOfOneTimeAreOneRun() {
        var records = InFlightRecords()
        let (_, account) = account(ServerMetrics())
        for position in 1...10 as ClosedRange<UInt64> { records.add(position, by: nil, account, at: now) }
        records.add(11, by: nil, account, at: now + .microseconds(900))
        #expect(records.count == 1)
        records.add(12, by: nil, account, at: now + .milliseconds(2))
        records.add(13, by: nil, at: now + .milliseconds(2))
        #expect(records.count == 3)
    }

    @Test func thoseThatAreForgottenCountAsRejected() {
        let metrics = ServerMetrics()
        let (book, account) = account(metrics)
        var records = InFlightRecords()
        for position in 1...10 as ClosedRange<UInt64> { records.add(position, by: nil, account, at: now) }
        records.acknowledge(settled(through: 10, forgotten: 3))
        book.publish()
        #expect(metrics.messages.rejected == 10)
    }

    /// Against a table of all messages, of two listeners and of none.
    @Test func eachMessageIsCommittedOrRejectedOnce() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<100 {
            let metrics = (0..<2).map { _ in ServerMetrics() }
            let books = metrics.map { account($0) }
            var records = InFlightRecords()
            var (table, settled, time): ([Int], Int, MonotonicTime) = ([], 0, now)
            var expected = [[0, 0], [0, 0], [0, 0]]
            for _ in 0..<50 {
                for _ in 0..<Int.random(in: 0..<20, using: &random) {
                    let listener = Int.random(in: 0..<3, using: &random)
                    table.append(listener)
                    records.add(UInt64(table.count), by: nil, listener < 2 ? books[listener].1 : nil, at: time)
                    time = time + .microseconds(Int.random(in: 0...800, using: &random))
                }
                let next = Int.random(in: settled...table.count, using: &random)
                var rejected: [UInt64] = []
                for position in settled..<next {
                    let isRejected = Int.random(in: 0..<10, using: &random) == 0
                    if isRejected { rejected.append(UInt64(position + 1)) }
                    expected[table[position]][isRejected ? 1 : 0] += 1
                }
                settled = next
                records.acknowledge(
                    Settlement(position: UInt64(settled), rejected: rejected, forgotten: 0, time: time)
                )
            }
            for (index, (book, _)) in books.enumerated() {
                book.publish()
                let counts = metrics[index].messages
                #expect([Int(counts.committed), Int(counts.rejected)] == expected[index])
                let times = counts.commitTimes.counts
                #expect(times.reduce(0, +) == counts.committed)
            }
        }
    }
}
