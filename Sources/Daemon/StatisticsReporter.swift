import LogBackends
import LogRecords
import SocketServer

/// Records what became of all messages: now and then when there were some, and at the end.
struct StatisticsReporter {
    private var lastReport = ContinuousClock.now
    private var reported: UInt64 = 0

    /// Makes a record when the interval is over and messages have come since the last one.
    mutating func check(_ daemon: Daemon) {
        guard let interval = daemon.configuration.statisticsInterval, .now - lastReport >= interval else { return }
        report(daemon)
    }

    /// When `check` is due; nil: never.
    func nextCheck(_ daemon: Daemon) -> ContinuousClock.Instant? {
        daemon.configuration.statisticsInterval.map { lastReport + $0 }
    }

    /// Makes a record when messages have come since the last one.
    mutating func report(_ daemon: Daemon) {
        lastReport = .now
        let received = daemon.server.metrics.received
        guard received != reported else { return }
        reported = received
        daemon.record(.statistics, .informational) { $0.append(Self.text(of: daemon)) }
    }

    private static func text(of daemon: Daemon) -> String {
        let messages = daemon.server.metrics
        let records = daemon.pipeline.metrics
        return "sockserved has received \(messages.received) messages since its start: "
            + "\(messages.recorded) recorded (\(messages.cut) of them cut), \(messages.malformed) malformed, "
            + "\(messages.leftOut) left out, \(messages.dropped) dropped. "
            + "Of \(records.received) records, with its own, \(records.committed) are committed, "
            + "\(records.waiting) wait, and \(records.rejected) were rejected"
    }
}
