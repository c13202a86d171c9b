import Foundation
import TestSupport
import Testing

/// Flags, configuration files and exit codes of runs that do not come to serve.
@Suite struct CommandLineTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func helpAndVersion() throws {
        let help = try run("--help")
        #expect(help.status == 0)
        #expect(help.output.contains("--listen <protocol@address>"))
        #expect(help.complaints.isEmpty)
        let version = try run("--version")
        #expect(version.status == 0)
        #expect(version.output.wholeMatch(of: #/sockserved \d+\.\d+\.\d+\n/#) != nil)
        #expect(version.complaints.isEmpty)
    }

    @Test(arguments: [
        (["--nonsense"], "--nonsense"),
        (["stray"], "stray"),
        (["--log-level"], "--log-level"),
        (["--idle-timeout", "-1"], "--idle-timeout: \"-1\" is not a valid time span"),
        (["--queue-size", "-1"], "--queue-size: \"-1\" is not a valid size"),
        (["--listen", "helo@tcp:127.0.0.1:0"], "unknown protocol \"helo\"; did you mean hello?"),
        (["--log-backend", "jurnald"], "unknown backend \"jurnald\"; did you mean journald?"),
        (
            ["--listen", "syslog@tcp:9999"],
            "\"tcp:9999\" has no address; write it like tcp:127.0.0.1:9999, or tcp:*:9999 for every address of the host"
        ),
        (["--log-level", "loud"], "known: debug, info, notice, warning, error, critical, alert, emergency"),
        (["--log-backend", "paper"], "known: auto, journald, "),
        (["--log-sync", "always"], "known: none, data"),
        (["--syslog-facility", "kitchen"], "unknown facility \"kitchen\""),
        (["--log-format", "%(colour)s"], "asctime"),
        (["--listen", "hello"], "PROTOCOL@ADDRESS"),
        (
            ["--listen", "shout@tcp:127.0.0.1:0"], "known: discard, echo, gelf, hello, json, metrics, python"
        ),
        (["--listen", "hello@tcp:localhost:80"], "\"tcp:localhost:80\""),
        (["--listen", "hello@tcp:127.0.0.1:65536"], "0 to 65535"),
        (["--listen", "hello@unix:relative"], "\"unix:relative\""),
        (["--idle-timeout", "soon"], "\"soon\" is not a valid time span"),
        (["--drain-timeout", "infinity"], "--drain-timeout"),
        (["--exit-idle-time", "0"], "--exit-idle-time"),
        (["--max-connections", "0"], "--max-connections"),
        (["--queue-size", "1"], "--queue-size"),
        (["--threads", "-1"], "--threads"),
    ])
    func wrongFlagIsOneLine(flags: [String], part: String) throws {
        let outcome = try run(["--config", try write("")] + flags)
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.complaints.count == 1)
        let line = try #require(outcome.complaints.first)
        #expect(line.hasPrefix("sockserved: ") && line.contains(part) && line.hasSuffix("; see sockserved --help"))
    }

    @Test func allProblemsAreReportedAtOnce() throws {
        let path = try write(
            """
            log_level = "loud"
            log_levle = "info"
            max_connections = true
            [[listener]]
            name = "a"
            protocol = "shout"
            adress = "tcp:127.0.0.1:0"
            [[listener]]
            protocol = "hello"
            address = "tcp:nowhere:1"
            """
        )
        for flags in [["--check-config"], ["--check-config", "--quiet"], []] {
            let outcome = try run(["--config", path] + flags)
            #expect(outcome.status == 78)
            #expect(outcome.output == "")
            let parts = [
                "1: log_level: ", "2: log_levle: unknown key; did you mean log_level?", "3: max_connections: ",
                "6: listener[1].protocol: ", "7: listener[1].adress: unknown key; did you mean address?",
                "8: listener[2]: has no name", "10: listener[2].address: ",
            ]
            #expect(outcome.complaints.count == parts.count)
            for part in parts {
                #expect(outcome.complaints.count { $0.hasPrefix("sockserved: \(path):\(part)") } == 1, "\(part)")
            }
        }
    }

    @Test func brokenFileNamesTheLine() throws {
        let path = try write("log_level = \"info\"\nlog_file = [\n")
        let outcome = try run(["--config", path])
        #expect(outcome.status == 78)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaints.first?.contains(#/^sockserved: \S+:[23]:\d+: /#) == true)
    }

    @Test func missingFileIsAnError() throws {
        let outcome = try run(["--config", directory.path("none.toml")])
        #expect(outcome.status == 78)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaints.first?.contains("there is no such file") == true)
    }

    @Test func twoListenersWithOneAddressAreAnError() throws {
        let path = try write("")
        let listen = ["--listen", "hello@tcp:127.0.0.1:7", "--listen", "echo@tcp:127.0.0.1:7"]
        let outcome = try run(["--config", path] + listen)
        #expect(outcome.status == 64)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaints.first?.contains("is also the address of --listen") == true)
    }

    @Test func checkConfigSaysWhatWouldRun() throws {
        let path = try write(
            """
            log_level = "notice"
            log_file = "from-file.log"
            idle_timeout = 90
            [[listener]]
            name = "speaker"
            protocol = "echo"
            address = "udp:[::1]:7007"
            max_connections = 5
            """
        )
        let outcome = try run(["--config", path, "--check-config", "--log-level", "info", "--log-sync", "data"])
        #expect(outcome.status == 0)
        #expect(outcome.complaints.isEmpty)
        for line in [
            "log_level = \"info\"", "log_file = \"from-file.log\"", "log_sync = \"data\"",
            "idle_timeout = \"1min 30s\"", "name = \"speaker\"", "address = \"udp:[::1]:7007\"", "max_connections = 5",
        ] {
            #expect(Self.withoutPlaces(outcome.output).contains(Substring(line)), "\(line)")
        }
        // Nothing was opened, and the printed configuration means the same.
        #expect(!FileManager.default.fileExists(atPath: directory.path("from-file.log")))
        let quiet = try run(["--config", path, "--check-config", "--quiet"])
        #expect(quiet.status == 0 && quiet.output == "" && quiet.complaints.isEmpty)
        let again = try run(["--config", try write(outcome.output), "--check-config"])
        #expect(Self.withoutPlaces(again.output) == Self.withoutPlaces(outcome.output))
    }

    /// The lines of a configuration without the comments with origins.
    private static func withoutPlaces(_ output: String) -> [Substring] {
        output.split(separator: "\n").map { $0.split(separator: "  # ", maxSplits: 1).first ?? "" }
    }

    /// One value for each flag that is a setting, other than its default.
    @Test(arguments: [
        ("log-backend", "\"syslog\""), ("log-level", "\"error\""), ("log-file", "\"x.log\""),
        ("log-format", "\"json\""), ("log-sync", "\"data\""), ("syslog-facility", "\"local1\""),
        ("idle-timeout", "\"7s\""), ("max-connections", "7"), ("message-limit", "\"2M\""),
        ("message-timeout", "\"7s\""),
        ("memory-limit", "\"128M\""), ("queue-size", "\"2M\""),
        ("drain-timeout", "\"7s\""), ("exit-idle-time", "\"7s\""), ("statistics-interval", "\"7s\""),
        ("threads", "7"),
    ])
    func eachFlagSetsItsKey(flag: String, value: String) throws {
        let path = try write("")
        func report(_ flags: [String]) throws -> Set<Substring> {
            Set(Self.withoutPlaces(try run(["--config", path, "--check-config"] + flags).output))
        }
        let text = value.filter { $0 != "\"" }
        let changed = try report(["--\(flag)", text]).subtracting(report([]))
        #expect(changed == ["\(flag.replacing("-", with: "_")) = \(value)"])
    }

    @Test(arguments: ["warn", "WARNING", "4"])
    func levelsHaveTheNamesOfJournalctlAndPython(name: String) throws {
        let outcome = try run("--config", try write("log_level = \"\(name)\""), "--check-config")
        #expect(outcome.output.contains("log_level = \"warning\"  # "))
    }

    @Test func filesOfTheDirectoryAreReadAfterTheFile() throws {
        let path = try write("log_level = \"error\"\nthreads = 2\n")
        mkdir(path + ".d", 0o755)
        let part = path + ".d/10-local.toml"
        try "# local\nlog_level = \"info\"\n".write(toFile: part, atomically: false, encoding: .utf8)
        let outcome = try run("--config", path, "--check-config", "--log-sync", "data")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        for line in [
            "log_level = \"info\"  # \(part):2", "threads = 2  # \(path):2", "log_sync = \"data\"  # --log-sync",
            "queue_size = \"16M\"  # default",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
        try "\nlog_levle = 1\n".write(toFile: part, atomically: false, encoding: .utf8)
        let wrong = try run("--config", path, "--check-config")
        #expect(wrong.status == 78)
        #expect(wrong.complaints == ["sockserved: \(part):2: log_levle: unknown key; did you mean log_level?"])
    }

    @Test func fileConfiguresWhatRuns() throws {
        let path = try write(
            """
            log_file = "other.log"
            log_format = "json"
            [[listener]]
            name = "speaker"
            protocol = "echo"
            address = "unix:\(directory.path("s"))"
            """
        )
        let daemon = try DaemonProcess(["--config", path], in: directory)
        #expect(eventually { directory.text("other.log").contains("serves echo at") })
        let client = try TestSocket(to: "unix:\(directory.path("s"))")
        try client.send("\"\u{1}\u{e9}")
        #expect(try client.receive() == Array("\"\u{1}\u{e9}".utf8))
        #expect(daemon.stop() == 0)
        let objects = try directory.text("other.log").split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let received = try #require(objects.first { $0["event"] as? String == "data-received" })
        #expect(received["data"] as? String == "\"\u{1}\u{e9}")
        #expect(received["listener"] as? String == "speaker")
        #expect(received["severity"] as? Int == 7)
        #expect(received["peer_pid"] as? Int == Int(getpid()))
    }

    /// Else a log file or a client's socket would become the stderr.
    @Test func closedStandardDescriptorsAreNotReused() throws {
        let daemon = try DaemonProcess(
            ["--listen", "hello@tcp:127.0.0.1:0"],
            in: directory,
            through: ["/bin/sh", "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-"]
        )
        for number in 0...2 {
            let path = "/proc/\(daemon.pid)/fd/\(number)"
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "/dev/null")
        }
    }

    // MARK: -

    private func run(_ arguments: String...) throws -> BuiltProgram.Outcome {
        try run(arguments)
    }

    private func run(_ arguments: [String]) throws -> BuiltProgram.Outcome {
        try BuiltProgram.run(arguments, in: directory)
    }

    private func write(_ text: String) throws -> String {
        let path = directory.path("sockserved.toml")
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }
}
