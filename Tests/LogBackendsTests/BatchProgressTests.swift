import TestSupport
import Testing

@testable import LogBackends

@Suite struct BatchProgressTests {
    @Test func partOfTheFirstBatch() {
        let progress = BatchProgress([5, 3], skipped: 1, done: 2)
        #expect(progress.finished == 0)
        #expect(progress.settled == [2])
        #expect(progress.skipped == 3)
    }

    @Test func wholeBatchesAndAPart() {
        let progress = BatchProgress([2, 3, 4, 1], skipped: 1, done: 5)
        #expect(progress.finished == 2)
        #expect(progress.settled == [1, 3, 1])
        #expect(progress.skipped == 1)
    }

    @Test func nothingDoneChangesNothing() {
        let progress = BatchProgress([4], skipped: 3, done: 0)
        #expect(progress.finished == 0)
        #expect(progress.settled.reduce(0, +) == 0)
        #expect(progress.skipped == 3)
    }

    /// Against records that are ticked off one by one.
    @Test func anyStepsAddUp() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            var counts = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int.random(in: 1...5, using: &random) }
            var skipped = 0
            var left = counts.reduce(0, +)
            while !counts.isEmpty {
                let done = Int.random(in: 0...left, using: &random)
                var expected = counts.map { _ in 0 }
                var (batch, used) = (0, skipped)
                for _ in 0..<done {
                    expected[batch] += 1
                    used += 1
                    if used == counts[batch] { (batch, used) = (batch + 1, 0) }
                }
                let progress = BatchProgress(counts, skipped: skipped, done: done)
                #expect(progress.finished == batch)
                #expect(progress.skipped == used)
                #expect(progress.settled == Array(expected.prefix(progress.settled.count)))
                #expect(progress.settled.reduce(0, +) == done)
                counts.removeFirst(progress.finished)
                skipped = progress.skipped
                left -= done
            }
            #expect(skipped == 0)
        }
    }
}
