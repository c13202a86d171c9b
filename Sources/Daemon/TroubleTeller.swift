import LogBackends
import LogRecords
import SocketServer
import Systemd

/// Says when the backend fails and when it works again: on stderr, since the log is what fails, and in the log.
struct TroubleTeller {
    private var failingSince: ContinuousClock.Instant?

    mutating func look(at daemon: Daemon) {
        let figures = daemon.pipeline.figures
        if let failure = figures.failure {
            guard failingSince == nil else { return }
            failingSince = .now
            StandardError.complain("\(failure); records wait, and senders with them")
            daemon.record(.backendFailed, .error) { record in
                record.append("Log backend failed: \(failure)")
                record.set(.errno, to: Int64(failure.errno.number))
            }
        } else if let since = failingSince {
            failingSince = nil
            let time = Duration.seconds((ContinuousClock.now - since).components.seconds).secondsText
            StandardError.complain("\(daemon.backend.summary) works again after \(time)")
            daemon.record(.backendRecovered, .notice) { record in
                record.append("Log backend works again after \(time)")
            }
        }
    }
}
