import LogBackends
import TestSupport
import Testing

@testable import Daemon
@testable import SocketServer

@Suite struct InactivityTimerTests {
    private let start = ContinuousClock.now
    private let metrics = ServerMetrics()

    private func time(_ clock: inout InactivityTimer, at seconds: Int) -> Duration {
        clock.time(of: metrics, now: start + .seconds(seconds))
    }

    @Test func timePassesWithoutClients() {
        var clock = InactivityTimer(now: start)
        #expect(time(&clock, at: 0) == .zero)
        #expect(time(&clock, at: 5) == .seconds(5))
        #expect(time(&clock, at: 7) == .seconds(7))
    }

    @Test func anOpenConnectionHoldsIt() {
        var clock = InactivityTimer(now: start)
        _ = metrics.opened()
        #expect(time(&clock, at: 10) == .zero)
        #expect(time(&clock, at: 100) == .zero)
        metrics.closed()
        #expect(time(&clock, at: 101) == .seconds(1), "counted from when it was last seen open")
        #expect(time(&clock, at: 150) == .seconds(50))
    }

    @Test func whoCameAndWentBetweenTwoLooksCountsToo() {
        var clock = InactivityTimer(now: start)
        _ = metrics.opened()
        metrics.closed()
        #expect(time(&clock, at: 10) == .zero)
        #expect(time(&clock, at: 13) == .seconds(3))
        let book = AccountBook(metrics)
        book.open(ListenerMetrics(name: "l", protocolName: "hello")).countDatagram()
        book.publish()
        #expect(time(&clock, at: 20) == .zero)
        #expect(time(&clock, at: 21) == .seconds(1))
    }
}
