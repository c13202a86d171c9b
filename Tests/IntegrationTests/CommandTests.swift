import Foundation
import TestSupport
import Testing

/// The command's words and exit codes, by running it.
@Suite struct CommandTests {
    private struct Outcome {
        var status: Int32
        var output: String
        var complaints: [String]
    }

    private func run(_ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = Bundle.main.bundleURL.appendingPathComponent("sockserved")
        process.arguments = arguments
        let (output, complaints) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
        // Neither output fills a pipe, so that one may be read after the other.
        let outputText = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return Outcome(
            status: process.terminationStatus,
            output: outputText,
            complaints: text.split(separator: "\n").map(String.init)
        )
    }

    @Test func versionIsOneLine() throws {
        let outcome = try run(["--version"])
        #expect(outcome.status == 0)
        #expect(outcome.output.wholeMatch(of: #/sockserved \d+\.\d+\.\d+\n/#) != nil)
        #expect(outcome.complaints.isEmpty)
    }

    @Test func helpNamesEveryFlag() throws {
        let outcome = try run(["--help"])
        #expect(outcome.status == 0)
        for flag in [
            "listen", "log-backend", "log-level", "log-file", "log-format", "log-sync", "journal-remote",
            "syslog-facility", "idle-timeout", "max-connections", "message-limit", "message-timeout", "memory-limit",
            "queue-size", "drain-timeout", "exit-idle-time",
            "statistics-interval", "threads",
            "config", "check-config", "quiet", "version", "help",
        ] {
            #expect(outcome.output.contains("--\(flag) ") || outcome.output.contains("--\(flag)\n"), "\(flag)")
        }
    }

    @Test(arguments: [
        (["--bogus"], "sockserved: Unknown option '--bogus'; see sockserved --help"),
        (
            ["--log-levl=x"],
            "sockserved: Unknown option '--log-levl'. Did you mean '--log-level'?; see sockserved --help"
        ),
        (["run"], "sockserved: Unexpected argument 'run'; see sockserved --help"),
        (["--listen"], "sockserved: Missing value for '--listen <protocol@address>'; see sockserved --help"),
        (
            ["--log-level", "x\ny"],
            "sockserved: --log-level: unknown level \"x\\ny\"; known: debug, info, notice, warning, error, critical, "
                + "alert, emergency; see sockserved --help"
        ),
    ])
    func wrongUsageIs64AndOneLine(arguments: [String], complaint: String) throws {
        let outcome = try run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.complaints == [complaint])
        #expect(outcome.output.isEmpty)
    }

    @Test func checkConfigSaysWhatWouldRun() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.toml")
        try "log_level = 'error'\n".write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try run(["--config", path, "--listen", "echo@udp:[::1]:7007", "--check-config"])
        #expect(outcome.status == 0)
        #expect(outcome.complaints.isEmpty)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.contains("log_level = \"error\"  # \(path):1"))
        #expect(lines.contains("address = \"udp:[::1]:7007\"  # --listen"))
    }

    @Test func aWrongFileIs78AndOneLineForEachProblem() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("x.toml")
        try "threads = 0\nfoo = 1\n".write(toFile: path, atomically: true, encoding: .utf8)
        for arguments in [["--config", path], ["--config", path, "--check-config"]] {
            let outcome = try run(arguments)
            #expect(outcome.status == 78)
            #expect(outcome.complaints.count == 2)
            #expect(outcome.complaints.allSatisfy { $0.hasPrefix("sockserved: \(path):") })
            #expect(outcome.output.isEmpty)
        }
    }
}
