import Systemd

/// Runs the daemon from its start to its end.
package enum DaemonMain {
    /// - Parameter reload: reads flags and file again, at SIGHUP.
    package static func run(
        configuration: Configuration,
        reload: @escaping @Sendable () throws(ConfigurationError) -> Configuration
    ) -> ExitCode {
        Signals.block()
        do throws(StartError) {
            let watchdogTime: Duration?
            do throws(EnvironmentError) {
                watchdogTime = try Watchdog.interval()
            } catch {
                throw StartError("\(error)", .configuration)
            }
            try OpenFileLimit.raise()
            let daemon = try Daemon(configuration)
            return Supervisor(daemon, watchdogTime: watchdogTime, reload: reload).run()
        } catch {
            StandardError.print(error.line)
            return error.exitCode
        }
    }
}
