import Linux
import LogBackends
import LogRecords
import SocketServer
import Systemd

/// Reports failures and recoveries of the backend: on standard error, since the log itself fails, and in the log.
struct BackendMonitor {
    private static let rejectedInterval = Duration.seconds(10)

    private var failingSince: ContinuousClock.Instant?
    private var reportedRejections: UInt64 = 0
    private var lastRejectedRecord: ContinuousClock.Instant?

    /// Whether there is nothing to report, and will not be as long as no record comes.
    func isSettled(_ metrics: PipelineMetrics) -> Bool {
        metrics.waiting == 0 && metrics.failure == nil && failingSince == nil && metrics.rejected == reportedRejections
    }

    mutating func check(_ daemon: Daemon) {
        let metrics = daemon.pipeline.metrics
        reportRejected(metrics.rejected, daemon)
        if let failure = metrics.failure {
            guard failingSince == nil else { return }
            failingSince = .now
            StandardError.print("\(failure); records wait, and senders with them")
            daemon.record(.backendFailed, .error) { record in
                record.append("Log backend failed: \(failure)")
                record.set(.errno, to: Int64(failure.errno.number))
            }
        } else if let since = failingSince {
            failingSince = nil
            let time = Duration.seconds((ContinuousClock.now - since).components.seconds).secondsText
            StandardError.print("\(daemon.backend.summary) works again after \(time)")
            daemon.record(.backendRecovered, .notice) { record in
                record.append("Log backend works again after \(time)")
            }
        }
    }

    /// Reports rejected records, at most once in ten seconds; the report itself may be rejected.
    private mutating func reportRejected(_ rejected: UInt64, _ daemon: Daemon) {
        guard rejected > reportedRejections else { return }
        if let last = lastRejectedRecord, .now - last < Self.rejectedInterval { return }
        let count = rejected - reportedRejections
        reportedRejections = rejected
        lastRejectedRecord = .now
        daemon.record(.recordsLost, .error) { record in
            record.append("\(count) records rejected by \(daemon.backend.summary); ")
            record.append("connections that had sent them were reset, except those of relp")
        }
    }
}
