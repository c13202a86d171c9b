import Daemon
import Foundation
import LogBackends
import LogRecords
import SocketServer
import TestSupport
import Testing

@Suite struct ConfigurationLoaderTests: ConfigurationSuite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func nothingGivenMeansTheDefaults() throws {
        #expect(try load() == Configuration())
        #expect(try load("") == Configuration())
        #expect(Configuration().statisticsInterval == .seconds(3600))
        let limits = Configuration().limits
        #expect(limits.messageTimeout == .seconds(300))
        #expect([limits.maxConnectionsPerSource, limits.messageRate, limits.byteRate] == [nil, nil, nil])
    }

    @Test func aTimeOfZeroMeansNever() throws {
        let configuration = try load("message_timeout = '0'\nstatistics_interval = 0\n")
        #expect(configuration.limits.messageTimeout == nil && configuration.statisticsInterval == nil)
    }

    @Test func everySettingCanBeGivenInTheFileAndByFlag() throws {
        let values: [String: String] = [
            "log_backend": "file", "log_level": "warning", "log_file": "/var/log/x", "log_format": "json",
            "log_sync": "data", "journal_remote": "unix:/run/j.sock",
            "syslog_facility": "local3", "journal_identifier": "%(host)s/%(program)s", "idle_timeout": "0",
            "max_connections": "7", "message_limit": "64K", "message_timeout": "2min", "memory_limit": "9M",
            "queue_size": "1M",
            "drain_timeout": "1min 30s", "exit_idle_time": "30", "statistics_interval": "10min",
            "threads": "3",
        ]
        #expect(Set(values.keys) == Set(Configuration.settings.map(\.key)))
        var expected = Configuration()
        expected.logBackend = .file
        expected.logLevel = .warning
        expected.logFile = "/var/log/x"
        expected.logFormat = .json
        expected.logSync = .data
        expected.journalRemote = "/run/j.sock"
        expected.syslogFacility = .local3
        expected.journalIdentifier = try IdentifierFormat("%(host)s/%(program)s")
        expected.limits = ListenerLimits(
            idleTimeout: nil,
            maxConnections: 7,
            messageLimit: 65_536,
            messageTimeout: .seconds(120)
        )
        expected.memoryLimit = 9 << 20
        expected.isIdleTimeoutSet = true
        expected.queueSize = 1 << 20
        expected.drainTimeout = .seconds(90)
        expected.exitIdleTime = .seconds(30)
        expected.statisticsInterval = .seconds(600)
        expected.threads = 3
        #expect(try load(flags: values) == expected)
        let file = values.map { "\($0.key) = \"\($0.value)\"\n" }.joined()
        #expect(try load(file) == expected)
        // Numbers may stand without quotes.
        #expect(try load("exit_idle_time = 30.5").exitIdleTime == .milliseconds(30_500))
        #expect(try load("max_connections = 7").limits.maxConnections == 7)
    }

    @Test func theMemoryLimitHasRoomForTheQueueAndForLongMessages() throws {
        func limits(_ file: String) throws -> [Int] {
            let configuration = try load(file)
            return [configuration.memoryLimit >> 20, configuration.queueSize >> 20, configuration.threadMemory >> 20]
        }
        #expect(try limits("") == [64, 16, 48])
        #expect(try limits("memory_limit = '8M'") == [8, 2, 6])
        #expect(try limits("memory_limit = '1G'\nthreads = 4") == [1024, 16, 252])
        // Without a limit of one's own it is as much as is needed.
        #expect(try limits("message_limit = '64M'") == [144, 16, 128])
        #expect(try limits("queue_size = '100M'\nthreads = 2") == [104, 100, 2])
        let listener = "[[listener]]\nname = 'a'\nprotocol = 'json'\nmessage_limit = '40M'\n"
        #expect(try limits(listener) == [96, 16, 80])
        for (file, reason) in [
            (
                "memory_limit = '8M'\nqueue_size = '8M'",
                "\"8M\" is not enough for queue_size (8M) and two messages of message_limit (1M) on each thread; write "
                    + "at least \"10M\", or lower these"
            ), ("memory_limit = '64M'\n" + listener, "and two messages of message_limit (40M) on each thread"),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try load(file) }
            #expect(error?.problems.map(\.description).count == 1)
            #expect(error?.problems.first?.description.contains(":1: memory_limit: ") == true)
            #expect(error?.problems.first?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test func flagsTakePrecedenceOverTheFile() throws {
        let file = "log_level = 'error'\nthreads = 2\n"
        let configuration = try load(file, flags: ["log_level": "info"])
        #expect(configuration.logLevel == .informational)
        #expect(configuration.threads == 2)
    }

    @Test func loadingAgainReadsTheFileAgain() throws {
        let path = directory.path("again.toml")
        let loader = ConfigurationLoader(path: path)
        try "threads = 2".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try loader.load().threads == 2)
        try "threads = 0".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: ConfigurationError.self) { try loader.load() }
        try "threads = 3".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try loader.load().threads == 3)
    }

    @Test(arguments: [
        ("log_backend", "jurnald", "unknown backend \"jurnald\"; did you mean journald?"),
        (
            "log_level", "loud",
            "unknown level \"loud\"; known: debug, info, notice, warning, error, critical, alert, emergency"
        ),
        ("log_file", "", "\"\" is not a file name"), ("log_file", "/var/", "\"/var/\" is not a file name"),
        ("log_file", "a\u{fffd}", "is not a file name"),
        ("journal_remote", "/run/j.sock", "unix:"), ("journal_remote", "tcp:127.0.0.1:1", "write it like unix:"),
        ("log_format", "%(bogus)s", "unknown name \"bogus\""), ("log_sync", "yes", "known: none, data"),
        ("syslog_facility", "local9", "unknown facility \"local9\"; did you mean local0?"),
        ("idle_timeout", "-1", "\"-1\" is not a valid time span"),
        ("idle_timeout", "1e400", "\"1e400\" is not a valid time span"),
        ("max_connections", "0", "not an integer from 1 to 1000000"), ("max_connections", "1.5", "not an integer"),
        ("max_connections", "99999999999999999999", "not an integer"), ("queue_size", "1K", "is not from 64K to 1T"),
        ("queue_size", "2T", "is not from 64K to 1T"), ("queue_size", "-5", "is not a valid size"),
        ("message_limit", "1023", "is not from 1K to 64M"), ("message_limit", "65M", "is not from 1K to 64M"),
        ("memory_limit", "1K", "is not from 1M to 2T"), ("message_timeout", "soon", "is not a valid time span"),
        ("drain_timeout", "infinity", "cannot be infinity"), ("exit_idle_time", "0", "cannot be 0"),
        ("threads", "0", "not an integer from 1 to 256"), ("threads", "many", "not an integer"),
    ])
    func flagAndFileGetTheSameMessage(key: String, text: String, reason: String) throws {
        let name = try #require(Configuration.settings.first { $0.key == key }).flag
        let file = problems("\(key) = \"\(text)\"")
        let flag = problems("", flags: [key: text])
        #expect(file.count == 1 && flag.count == 1)
        #expect(file.first?.hasPrefix("\(key): ") == true)
        #expect(flag.first?.hasPrefix("\(name): ") == true)
        #expect(file.first?.contains(reason) == true, "\(file)")
        #expect(flag.first?.dropFirst(name.count) == file.first?.dropFirst(key.count))
    }

    @Test(arguments: [
        ("threads = nan", "threads: \"nan\" is not an integer"),
        ("threads = 1e400", "threads: \"inf\" is not an integer"),
        ("idle_timeout = -0.0", "idle_timeout: \"-0.0\" is not a valid time span"),
        ("queue_size = -9223372036854775808", "queue_size: \"-9223372036854775808\" is not a valid size"),
        (
            "[[listener]]\nname = 'a'",
            "listener[1]: has no protocol; name one of: discard, echo, gelf, hello, json, metrics, python, relp, syslog"
        ),
        ("[[listener]]\nprotocol = 'echo'", "listener[1]: has no name; give each listener a name of its own"),
        (
            "[[listener]]\nname = 'a'\nprotocol = 'helo'",
            "listener[1].protocol: unknown protocol \"helo\"; did you mean hello?"
        ),
        ("[[listener]]\nname = ''\nprotocol = 'echo'", "listener[1].name: \"\" is not a valid name"),
        ("[[listener]]\nname = 'a:b'\nprotocol = 'echo'", "listener[1].name: \"a:b\" is not a valid name"),
        (
            "[[listener]]\nname = 'a'\nprotocol = 'echo'\naddress = 'tcp:localhost:80'",
            "listener[1].address: \"tcp:localhost:80\" has no IP address before the port"
        ),
        (
            "[[listener]]\nname = 'a'\nprotocol = 'echo'\nidle_timeout = 'soon'",
            "listener[1].idle_timeout: \"soon\" is not a valid time span"
        ),
        (
            "[[listener]]\nname = 'a'\nprotocol = 'echo'\n[[listener]]\nname = 'a'\nprotocol = 'echo'",
            "listener[2].name: same name as listener[1].name in line 2"
        ),
        (
            "listener = [{name = 'a', protocol = 'echo', address = 'tcp:[::]:1'}, "
                + "{name = 'b', protocol = 'echo', address = 'tcp:*:1'}]",
            "listener[2].address: tcp:[::]:1 is also the address of listener[1].address in line 1"
        ),
        ("[[listener]]\nname = 1\nprotocol = 2", "listener[1].name: must be a string, in quotes, not an integer"),
    ])
    func saysWhatIsWrongInTheFile(file: String, message: String) {
        let problems = problems(file)
        #expect(problems.first?.hasPrefix(message) == true, "\(problems)")
        #expect(!problems.contains { $0.contains("has no name") && $0 != message + "" && !message.contains("has no") })
    }

    @Test(arguments: [
        ("tcp:1", "--listen: \"tcp:1\" is not PROTOCOL@ADDRESS; write it like hello@tcp:127.0.0.1:12345"),
        ("", "--listen: \"\" is not PROTOCOL@ADDRESS"), ("@", "--listen: unknown protocol \"\""),
        ("helo@tcp:*:1", "--listen: unknown protocol \"helo\"; did you mean hello?"),
        ("hello@", "--listen: \"\" has no tcp:"), ("hello@tcp:x:1", "--listen: \"tcp:x:1\" has no IP address"),
    ])
    func saysWhatIsWrongWithListen(text: String, message: String) {
        let problems = problems("", listen: [text])
        #expect(problems.first?.hasPrefix(message) == true, "\(problems)")
    }

    @Test func allProblemsOfFlagsAndFileAreReportedAtOnce() {
        let file = "threads = 0\nfoo = 1\n[[listener]]\nname = 'a'\nprotocol = 'x'\naddress = 'y'\n"
        #expect(problems(file, flags: ["log_level": "x", "log_sync": "y"]).count == 6)
        #expect(problems(file, flags: ["log_level": "x"], listen: ["x", "hello@y"]).count == 5)
    }

    @Test func exitCodesFollowFromWhereTheMistakeIs() throws {
        let file = #expect(throws: ConfigurationError.self) { try load("threads = 0") }
        #expect(file?.exitCode == .configuration)
        let flag = #expect(throws: ConfigurationError.self) { try load("threads = 0", flags: ["log_level": "x"]) }
        #expect(flag?.exitCode == .usage)
    }
}
