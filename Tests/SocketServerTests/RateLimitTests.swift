import Linux
import Testing

@testable import SocketServer

@Suite struct RateLimitTests {
    private let start = MonotonicTime.now

    @Test func oneReportInAnIntervalWithTheCountOfAll() {
        var limit = RateLimit(interval: .seconds(10))
        #expect(limit.take(at: start) == nil, "nothing happened")
        limit.add()
        #expect(limit.take(at: start) == 1)
        #expect(limit.pending == 0)
        for _ in 0..<5 {
            limit.add()
            #expect(limit.take(at: start + .milliseconds(9999)) == nil)
        }
        limit.add(3)
        #expect(limit.pending == 8)
        #expect(limit.take(at: start + .seconds(10)) == 8)
        #expect(limit.take(at: start + .seconds(60)) == nil)
    }

    @Test func whatIsLeftCanBeTakenAtAnyTime() {
        var limit = RateLimit(interval: .seconds(10))
        limit.add()
        #expect(limit.take(at: start) == 1)
        limit.add(2)
        #expect(limit.takeAll(at: start) == 2)
        #expect(limit.takeAll(at: start) == nil)
    }
}
