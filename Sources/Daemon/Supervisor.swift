import CLinux
import Glibc
import Linux
import LogBackends
import LogRecords
import SocketServer
import Systemd

/// The work of the main thread while the daemon runs: signals, reload, notifications to systemd, shutdown.
final class Supervisor {
    private static let tick = Duration.seconds(1)

    private let daemon: Daemon
    private var notifier: Notifier { daemon.notifier }
    private var statistics = StatisticsReporter()
    private let reload: () throws(ConfigurationError) -> Configuration
    private let watchdogTime: Duration?
    private let liveness: Liveness
    private var lastStatus: (text: String, time: ContinuousClock.Instant)?
    private var idle: InactivityTimer
    private var backendMonitor = BackendMonitor()
    private var rejectionTime: String?
    private let signalDescriptor = Signals.makeDescriptor()
    /// The counts when it looked last.
    private var lastCounts: DaemonStatus?

    init(
        _ daemon: Daemon,
        watchdogTime: Duration?,
        reload: @escaping () throws(ConfigurationError) -> Configuration
    ) {
        self.daemon = daemon
        self.watchdogTime = watchdogTime
        self.reload = reload
        self.liveness = Liveness(server: daemon.server, pipeline: daemon.pipeline)
        self.idle = InactivityTimer(now: .now)
    }

    /// Runs until a signal stops the daemon, or `exit_idle_time` has passed.
    func run() -> ExitCode {
        announceListeners()
        try? notifier.ready()
        sendStatus()
        while true {
            switch wait() {
            case .stop: return stop("Stopping")
            case .reload: reloadConfiguration()
            case nil: break
            }
            pingWatchdog()
            sendStatus()
            backendMonitor.check(daemon)
            statistics.check(daemon)
            daemon.checkCertificates()
            if isIdleLongEnough() { return stop("Stopping: no connections for \(idleTimeText)") }
        }
    }

    /// Waits for a signal: while counts change a second at most, else until something is done or due.
    private func wait() -> Signals.Order? {
        let interval = watchdogTime.map { $0 / 4 }
        let counts = counts
        defer { lastCounts = counts }
        if signalDescriptor >= 0, counts == lastCounts, backendMonitor.isSettled(counts.metrics) {
            daemon.server.activity.ask()
            if self.counts == counts {
                let due = nextDue.map { max(.zero, $0 - .now) }
                let time = [interval, due].compactMap { $0 }.min()
                daemon.server.activity.wait(time, orReadable: signalDescriptor)
                return Signals.wait(.zero)
            }
        }
        return Signals.wait(min(Self.tick, interval ?? Self.tick))
    }

    /// When something is to be done though nothing happens.
    private var nextDue: ContinuousClock.Instant? {
        let idleEnd = idleLimit.map { idle.end(after: $0) }
        return [statistics.nextCheck(daemon), idleEnd, daemon.certificates.nextCheck].compactMap { $0 }.min()
    }

    /// Prints each address that the daemon opened, with the port that the kernel chose, and the backend.
    ///
    /// Nothing is printed to the journal, which has a record of it, nor into a stream of records.
    private func announceListeners() {
        guard !JournalStream.isJournal(STDOUT_FILENO), !daemon.areRecordsIn(.stdout) else { return }
        for listener in daemon.listeners.all where listener.isOpenedByDaemon {
            let (name, protocolName) = (listener.configuration.name, listener.configuration.protocolName)
            print("\(name) serves \(protocolName) at \(listener.address); records go to \(daemon.backend.summary)")
        }
        // Output to a file or a pipe is buffered.
        fflush(nil)
    }

    // MARK: notifications; errors are ignored, since the daemon works without them

    private func pingWatchdog() {
        guard watchdogTime != nil, liveness.allThreadsResponded() else { return }
        try? notifier.watchdog()
    }

    private func sendStatus() {
        guard notifier.isEnabled, lastStatus.map({ .now - $0.time >= Self.tick }) ?? true else { return }
        let text = counts.text
        guard text != lastStatus?.text else { return }
        lastStatus = (text, .now)
        try? notifier.status(text)
    }

    private var counts: DaemonStatus {
        let server = daemon.server
        let messages = server.metrics.messages
        return DaemonStatus(
            listeners: daemon.listeners.all.count,
            open: server.metrics.open,
            total: server.metrics.total,
            datagrams: messages.datagrams,
            dropped: messages.dropped.total,
            malformed: messages.malformed.total,
            leftOut: messages.leftOut,
            cut: messages.cut,
            received: messages.received,
            returned: messages.returned,
            metrics: daemon.pipeline.metrics,
            backend: daemon.backend.summary,
            rejectionTime: rejectionTime,
            certificates: daemon.certificates.statusText
        )
    }

    private var idleLimit: Duration? { daemon.listeners.allPassedIn ? daemon.configuration.exitIdleTime : nil }

    private func isIdleLongEnough() -> Bool {
        guard let limit = idleLimit else { return false }
        return idle.time(of: daemon.server.metrics, now: .now) >= limit
    }

    private var idleTimeText: String { daemon.configuration.exitIdleTime?.secondsText ?? "" }

    // MARK: reload

    private func reloadConfiguration() {
        try? notifier.reloading()
        defer { try? notifier.ready() }
        do {
            let unchanged = try daemon.apply(try reload())
            rejectionTime = nil
            daemon.record(.configurationReloaded, .informational) { record in
                record.append("Configuration reloaded; records go to \(daemon.backend.summary)")
                if !unchanged.isEmpty {
                    record.append("; restart to change \(unchanged.joined(separator: ", "))")
                }
            }
        } catch {
            let reason = (error as? ConfigurationError)?.problems.map(\.description).joined(separator: "; ")
            rejectionTime = TimeOfDay.now()
            daemon.record(.configurationRejected, .error) { record in
                record.append("Configuration rejected, keeping the previous one: \(reason ?? "\(error)")")
            }
        }
    }

    // MARK: the end

    private func stop(_ reason: String) -> ExitCode {
        try? notifier.stopping()
        daemon.record(.daemonStopping, .informational) { $0.append(reason) }
        var shutdown = Shutdown(daemon, statistics)
        return shutdown.run()
    }
}
