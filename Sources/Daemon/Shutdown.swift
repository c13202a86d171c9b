import LogBackends
import LogRecords
import SocketServer
import Synchronization

/// The orderly end: nothing new, finish what is under way, commit everything.
struct Shutdown {
    /// What connections that are being closed, and the last records, get beyond the drain timeout.
    private static let grace = Duration.seconds(1)
    private static let step = Duration.milliseconds(10)

    private let daemon: Daemon
    private var statistics: StatisticsReporter
    /// Told to stop a second time: from then on nothing is waited for that does not come at once.
    private var isHurried = false

    init(_ daemon: Daemon, _ statistics: StatisticsReporter) {
        self.daemon = daemon
        self.statistics = statistics
    }

    /// - Returns: success, or that records could not be committed.
    mutating func run() -> ExitCode {
        let server = daemon.server
        let deadline = ContinuousClock.now + daemon.configuration.drainTimeout
        // As long as we listen, the files are ours; afterwards a successor may have put its own there.
        daemon.listeners.removeFiles()
        server.stopAccepting()
        if !wait(until: deadline, { server.isIdle }) {
            server.abortConnections()
            _ = wait(until: .now + Self.grace) { server.isIdle }
        }
        server.closeSockets()
        let isFlushed = flushLoops()
        statistics.report(daemon)
        daemon.recorder.flush()
        daemon.pipeline.finish()
        _ = wait(until: max(deadline, .now + Self.grace)) { [daemon] in daemon.pipeline.isFinished }
        let metrics = daemon.pipeline.metrics
        // What was handed over after the writer had ended is lost too.
        guard metrics.waiting > 0 || !isFlushed || !daemon.pipeline.isFinished else { return .success }
        let reason = metrics.failure.map { "\($0)" } ?? "\(daemon.backend.summary) did not take them in time"
        StandardError.print("\(metrics.waiting) records lost: \(reason)")
        return .recordsLost
    }

    /// Lets each loop hand over what it recorded last.
    ///
    /// - Returns: whether all did.
    private mutating func flushLoops() -> Bool {
        let answers = Answers()
        let expected = daemon.server.answers
        daemon.server.ping { answers.count.wrappingAdd(1, ordering: .relaxed) }
        return wait(until: .now + Self.grace) { answers.count.load(ordering: .relaxed) >= expected }
    }

    private final class Answers: Sendable {
        let count = Atomic<Int>(0)
    }

    /// Waits until the condition holds.
    ///
    /// - Returns: whether it came to hold before the deadline; after a second signal it is within the grace.
    private mutating func wait(until deadline: ContinuousClock.Instant, _ condition: () -> Bool) -> Bool {
        // What is recorded already is not a matter of clients: there is time for it however busy the host is.
        var deadline = isHurried ? min(deadline, .now + Self.grace) : deadline
        while !condition() {
            guard ContinuousClock.now < deadline else { return false }
            guard Signals.wait(Self.step) == .stop else { continue }
            isHurried = true
            deadline = .now
        }
        return true
    }
}
