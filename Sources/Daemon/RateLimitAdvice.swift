import LogBackends
import LogRecords
import SocketServer
import Systemd

/// Warns when journald's rate limit may drop records of this daemon.
enum RateLimitAdvice {
    private static let settings = ["LogRateLimitIntervalSec=1us", "LogRateLimitBurst=1000000"]

    /// The warning; nil when the unit's limit is off, or systemd did not start this process as a service.
    static func current() -> String? {
        guard ServiceManager.hasStartedThisProcess(), let unit = ServiceManager.serviceName() else { return nil }
        return text(unit: unit, isOff: JournalRateLimit(ofUnit: unit).isOff)
    }

    static func text(unit: String, isOff: Bool) -> String? {
        guard !isOff else { return nil }
        let flags = settings.map { "-p \($0)" }.joined(separator: " ")
        return "journald drops records of \(unit) beyond its rate limit (RateLimitBurst= in journald.conf): set "
            + settings.joined(separator: " and ")
            + " with \"systemctl edit \(unit)\", or for a transient unit: systemd-run \(flags)"
    }
}

extension Daemon {
    /// Records one warning when journald may drop records.
    func warnOfRateLimit() {
        guard backendKind == .journald, let advice = RateLimitAdvice.current() else { return }
        record(.journalRateLimited, .warning) { $0.append(advice) }
    }
}
