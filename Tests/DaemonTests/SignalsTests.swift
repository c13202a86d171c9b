import Foundation
import Linux
import Synchronization
import TestSupport
import Testing

@testable import Daemon

@Suite struct SignalsTests {
    /// Runs on a thread of its own, so that the signals of other threads are not blocked.
    private func onThread(_ body: @escaping @Sendable () -> [Signals.Order?]) -> [Signals.Order?] {
        let box = Box()
        Foundation.Thread.detachNewThread {
            Signals.block()
            let orders = body()
            box.result.withLock { $0 = orders }
        }
        #expect(eventually { box.result.withLock { $0 != nil } })
        return box.result.withLock { $0 } ?? []
    }

    private final class Box: Sendable {
        let result = Mutex<[Signals.Order?]?>(nil)
    }

    @Test(arguments: [(SIGTERM, Signals.Order.stop), (SIGINT, .stop), (SIGHUP, .reload)])
    func signalsAreOrders(signal: Int32, order: Signals.Order) {
        let orders = onThread {
            pthread_kill(pthread_self(), signal)
            return [Signals.wait(.seconds(20)), Signals.wait(.milliseconds(1))]
        }
        #expect(orders == [order, nil], "each signal is one order")
    }

    @Test func withoutASignalTheTimePasses() {
        let start = ContinuousClock.now
        #expect(onThread { [Signals.wait(.milliseconds(1200))] } == [nil])
        #expect(ContinuousClock.now - start >= .milliseconds(1200))
    }

    @Test func othersAreNotFelt() {
        let orders = onThread {
            for signal in [SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGXFSZ] { pthread_kill(pthread_self(), signal) }
            return [Signals.wait(.milliseconds(1))]
        }
        #expect(orders == [nil])
    }
}
