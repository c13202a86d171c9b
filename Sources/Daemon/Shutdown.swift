import Linux
import LogBackends
import LogRecords
import SocketServer

/// Shuts down in order: accepts nothing more, finishes open connections, commits all records.
struct Shutdown {
    /// The time after the drain timeout for closing connections and for committing the last records.
    private static let grace = Duration.seconds(1)
    private static let step = Duration.milliseconds(10)

    private let daemon: Daemon
    private var statistics: StatisticsReporter
    /// Whether a second signal has come: each further wait is at most `grace`.
    private var isHurried = false

    init(_ daemon: Daemon, _ statistics: StatisticsReporter) {
        self.daemon = daemon
        self.statistics = statistics
    }

    /// Shuts the daemon down.
    ///
    /// - Returns: `recordsLost` when records could not be committed, else `success`.
    mutating func run() -> ExitCode {
        let server = daemon.server
        let deadline = ContinuousClock.now + daemon.configuration.drainTimeout
        // Before the sockets are closed, since a successor may create its own files afterwards.
        daemon.listeners.removeFiles()
        let handover = daemon.connections.isKept() ? Handover() : nil
        server.stopAccepting(handover)
        if !wait(until: deadline, { server.isIdle }) {
            server.abortConnections()
            _ = wait(until: .now + Self.grace) { server.isIdle }
        }
        server.finish()
        let isFlushed = flushLoops()
        // The counts are final as soon as the output has taken all.
        if wait(until: .now + Self.grace, { [daemon] in daemon.pipeline.metrics.waiting == 0 }) {
            _ = flushLoops()
        }
        if let handover { keep(handover.takeAll(), drops: handover.drops) }
        statistics.report(daemon)
        daemon.recorder.flush()
        daemon.pipeline.finish()
        _ = wait(until: max(deadline, .now + Self.grace)) { [daemon] in daemon.pipeline.isFinished }
        let metrics = daemon.pipeline.metrics
        // Records that were submitted after the writer had ended are lost, too.
        guard metrics.waiting > 0 || !isFlushed || !daemon.pipeline.isFinished else { return .success }
        let reason = metrics.failure.map { "\($0)" } ?? "\(daemon.backend.summary) did not take them in time"
        StandardError.print("\(metrics.waiting) records lost: \(reason)")
        return .recordsLost
    }

    /// Leaves connections to the next process.
    ///
    /// If the daemon is stopped rather than restarted, systemd resets them.
    private func keep(_ connections: [Handover.Connection], drops: [UInt64: UInt32]) {
        let (count, failure) = daemon.connections.put(connections, drops: drops)
        guard !connections.isEmpty else { return }
        daemon.record(.connectionsKept, .informational) { record in
            record.append("\(count) connections are kept for the next start")
        }
        guard count < connections.count else { return }
        daemon.record(.connectionsReset, .warning) { record in
            record.append("\(connections.count - count) connections were reset")
            if let failure {
                record.append(": systemd cannot keep them: \(failure)")
                record.set(.errno, to: Int64(failure.number))
            }
        }
    }

    /// Makes each socket thread hand over its last records.
    ///
    /// - Returns: whether all threads responded in time.
    private mutating func flushLoops() -> Bool {
        let flushed = CountdownLatch(daemon.server.answers)
        daemon.server.ping { flushed.countDown() }
        return wait(until: .now + Self.grace) { flushed.isOpen }
    }

    /// Waits until the condition holds.
    ///
    /// - Returns: whether it held before the deadline, which a second signal moves to `grace` from now at most.
    private mutating func wait(until deadline: ContinuousClock.Instant, _ condition: () -> Bool) -> Bool {
        // Committing does not depend on clients, so it always gets the grace.
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
