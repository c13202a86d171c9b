import ArgumentParser
import Daemon
import Glibc

/// The command: parses flags, and prints each error as one line on standard error.
@main struct SockservedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sockserved",
        abstract: "Receive log messages on sockets and write them to the journal, syslog or a file.",
        discussion: """
            Sockets are passed in by systemd, or opened for --listen and the configuration file; started by hand \
            without any of these, the daemon serves hello@tcp:127.0.0.1:12345. Flags take precedence over the \
            configuration file. Time spans are written as in systemd: 500ms, 5s, 2min, 1min 30s, infinity; a plain \
            number counts seconds.

            The exit status is 0 after an orderly stop, 64 for an invalid flag, 69 when a port is in use or a log \
            backend is unavailable, 74 when records could not be written, 77 without permission, 78 for an invalid \
            configuration.
            """,
        version: "sockserved \(Version.text)"
    )

    @OptionGroup var options: CommandOptions

    /// Replaces ArgumentParser's `main`, which prints the usage in addition to the error.
    static func main() {
        StandardStreams.ensureOpen()
        // As the service starts it. To parse no flags would take half of the time until clients are served, and 1 MB.
        guard CommandLine.argc > 1 else { Glibc.exit(run(ConfigurationLoader()).rawValue) }
        let command: SockservedCommand
        do {
            command = try parse()
        } catch {
            if exitCode(for: error).isSuccess {
                print(fullMessage(for: error))
                Glibc.exit(Daemon.ExitCode.success.rawValue)
            }
            let text = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
            StandardError.print("\(text); see sockserved --help")
            Glibc.exit(Daemon.ExitCode.usage.rawValue)
        }
        Glibc.exit(command.start().rawValue)
    }

    private func start() -> Daemon.ExitCode {
        guard options.checkConfig || !options.quiet else {
            StandardError.print("--quiet goes with --check-config only; see sockserved --help")
            return .usage
        }
        guard options.checkConfig else { return Self.run(options.loader) }
        do throws(ConfigurationError) {
            let report = try options.loader.report()
            if !options.quiet { print(report, terminator: "") }
            return .success
        } catch {
            return Self.complain(error)
        }
    }

    private static func run(_ loader: ConfigurationLoader) -> Daemon.ExitCode {
        do throws(ConfigurationError) {
            let configuration = try loader.load()
            return DaemonMain.run(configuration: configuration) { () throws(ConfigurationError) in try loader.load() }
        } catch {
            return complain(error)
        }
    }

    private static func complain(_ error: ConfigurationError) -> Daemon.ExitCode {
        for problem in error.problems {
            let advice = problem.exitCode == .usage ? "; see sockserved --help" : ""
            StandardError.print(problem.description + advice)
        }
        return error.exitCode
    }
}
