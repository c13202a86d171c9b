import CLinux
import Glibc

/// systemd's service watchdog: `WatchdogSec=` of the unit; see sd_watchdog_enabled(3).
public enum Watchdog {
    /// Returns the time within which `Notifier.watchdog` must be called; nil when the watchdog is off.
    ///
    /// Half of it is a suitable period.
    ///
    /// - Throws: when a variable of the protocol has an invalid value.
    public static func interval() throws(EnvironmentError) -> Duration? {
        try interval(environment: Environment.value, processID: getpid())
    }

    static func interval(
        environment: (String) -> String?,
        processID: Int32
    ) throws(EnvironmentError) -> Duration? {
        guard let time = try Environment.number("WATCHDOG_USEC", in: environment, atLeast: Int64(1)) else { return nil }
        if let receiver = try Environment.number("WATCHDOG_PID", in: environment, atLeast: Int32(1)),
            receiver != processID
        {
            return nil
        }
        return .microseconds(time)
    }
}
