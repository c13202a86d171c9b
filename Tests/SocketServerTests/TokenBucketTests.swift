import Linux
import TestSupport
import Testing

@testable import SocketServer

@Suite struct TokenBucketTests {
    private let start = MonotonicTime.now

    @Test func aBurstAtOnceAndThenTheRate() {
        let rate = Rate(perSecond: 10, burst: 100)
        var bucket = TokenBucket()
        var admitted = 0
        for step in 0..<100_000 {
            let now = start + .milliseconds(step / 10)
            guard bucket.has(1, of: rate, at: now) else { continue }
            bucket.take(1, of: rate, at: now)
            admitted += 1
        }
        // The last step is just before the tenth second.
        #expect((199...200).contains(admitted))
    }

    @Test func whatGoesBeyondIsMadeUpFor() {
        let rate = Rate(perSecond: 100, burst: 100)
        var bucket = TokenBucket()
        bucket.take(1100, of: rate, at: start)
        #expect(!bucket.has(1, of: rate, at: start + .seconds(10)))
        #expect(bucket.has(1, of: rate, at: start + .milliseconds(10_010)))
        #expect(!bucket.isFull(at: start + .milliseconds(10_990)))
        #expect(bucket.isFull(at: start + .seconds(11)))
    }

    @Test func whatIsLargerThanABurstMayComeWhenItIsFull() {
        let rate = Rate(perSecond: 1000, burst: 1000)
        var bucket = TokenBucket()
        #expect(bucket.has(5000, of: rate, at: start))
        bucket.take(5000, of: rate, at: start)
        #expect(!bucket.has(5000, of: rate, at: start + .milliseconds(4999)))
        #expect(bucket.has(5000, of: rate, at: start + .seconds(5)))
    }

    @Test func aBurstIsThatOfASecondAndAtLeastOfAQuarter() {
        #expect(Rate(perSecond: 8, burst: nil).most == 8)
        #expect(Rate(perSecond: 8, burst: 1).most == 2)
        #expect(Rate(perSecond: 1, burst: 1).most == 1)
        #expect(Rate(perSecond: 1, burst: 50).most == 50)
    }

    @Test func noNumbersAreTooLarge() {
        for (perSecond, burst) in [(1, Int.max), (1 << 40, 1 << 40), (Int.max, Int.max), (0, 0)] {
            let rate = Rate(perSecond: perSecond, burst: burst)
            var bucket = TokenBucket()
            for count in [0, 1, Int.max, Int.max] {
                _ = bucket.has(count, of: rate, at: start)
                bucket.take(count, of: rate, at: start)
            }
        }
    }

    /// Whatever comes when: never more than the burst and what the rate brings in the time.
    @Test func neverMoreThanBurstAndRate() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            let (perSecond, burst) = (Int.random(in: 1...500, using: &random), Int.random(in: 1...500, using: &random))
            let rate = Rate(perSecond: perSecond, burst: burst)
            var (bucket, now, admitted) = (TokenBucket(), start, 0)
            for _ in 0..<500 {
                now = now + .milliseconds(Int.random(in: 0...20, using: &random))
                let count = Int.random(in: 1...5, using: &random)
                guard bucket.has(count, of: rate, at: now) else { continue }
                bucket.take(count, of: rate, at: now)
                admitted += count
            }
            let time = Double((now - start).wholeNanoseconds) / 1e9
            #expect(Double(admitted) <= Double(rate.most) + Double(perSecond) * time + 5)
        }
    }
}
