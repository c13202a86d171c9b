import Systemd

/// Runs the daemon from its start to its end.
package enum DaemonMain {
    /// Runs the daemon; `reload` reads the flags and files again at SIGHUP.
    ///
    /// - Parameters:
    ///   - configuration: the configuration at the start.
    ///   - reload: loads the configuration again.
    /// - Returns: the exit code of the process.
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
