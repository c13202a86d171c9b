/// Where the command hands over: replaced as a whole when the wiring is merged.
package enum DaemonMain {
    /// - Parameter reload: reads flags and file again, at SIGHUP.
    package static func run(
        configuration: Configuration,
        reload: @escaping @Sendable () throws(ConfigurationError) -> Configuration
    ) -> ExitCode {
        fatalError("the wiring is not merged yet")
    }
}
