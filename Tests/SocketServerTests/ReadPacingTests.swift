import Linux
import Testing

@testable import SocketServer

@Suite struct ReadPacingTests {
    private let start = MonotonicTime.now

    @Test func smallRoundsThatFollowCloselyRest() {
        var pacing = ReadPacing()
        #expect(pacing.rest(after: 100, isAwaited: false, at: start) == .zero, "the first one follows none")
        pacing.ended(at: start)
        #expect(pacing.rest(after: 100, isAwaited: false, at: start + .microseconds(499)) == ReadPacing.rest)
        pacing.ended(at: start + .milliseconds(1))
        #expect(pacing.rest(after: 1, isAwaited: false, at: start + .microseconds(1499)) == ReadPacing.rest)
        #expect(pacing.rest(after: 1, isAwaited: false, at: start + .microseconds(1500)) == .zero, "not close")
    }

    @Test func whatIsWaitedForAndWhatIsMuchDoesNotRest() {
        var pacing = ReadPacing()
        pacing.ended(at: start)
        #expect(pacing.rest(after: 100, isAwaited: true, at: start) == nil)
        #expect(pacing.rest(after: 0, isAwaited: false, at: start) == nil, "nothing was read")
        #expect(pacing.rest(after: ReadPacing.fewBytes, isAwaited: false, at: start) == nil)
        #expect(pacing.rest(after: ReadPacing.fewBytes - 1, isAwaited: false, at: start) == ReadPacing.rest)
    }
}
