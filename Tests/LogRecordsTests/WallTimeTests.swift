import LogRecords
import TestSupport
import Testing

@Suite struct WallTimeTests {
    @Test func partsAreCutNotRounded() {
        let time = WallTime(seconds: 1, nanoseconds: 999_999_999)
        #expect(time.milliseconds == 999)
        #expect(time.microseconds == 999_999)
    }

    @Test func nowMoves() {
        let before = WallTime.now
        #expect(before.seconds > 1_600_000_000)
        #expect((0..<1_000_000_000).contains(before.nanoseconds))
        #expect(eventually { WallTime.now != before })
    }
}
