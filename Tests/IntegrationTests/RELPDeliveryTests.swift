import Foundation
import TestSupport
import Testing

/// rsyslog's omrelp sends through restarts and kills of both sides: each message is there at least once.
@Suite(.serialized, .enabled(if: Rsyslog.obstacleToRELP == nil, "skipped: \(Rsyslog.obstacleToRELP ?? "")"))
struct RELPDeliveryTests {
    /// librelp's client keeps so many messages that are not answered, and sends them again on a new connection.
    private static let window = 128

    private let directory: TemporaryDirectory
    private let lines: FileHandle
    private let count = 200_000
    /// How many are written between two events, and the size of each.
    private static let stepCount = 25_000
    private static let lineSize = "message 100000\n".utf8.count

    init() throws {
        directory = try TemporaryDirectory()
        try Data().write(to: directory.url.appending(path: "lines"))
        lines = try FileHandle(forWritingTo: directory.url.appending(path: "lines"))
    }

    /// Writes the messages of one step, or of all up to the last one, and waits until the first ones are there.
    private func write(_ step: Int, toEnd: Bool = false) throws {
        let size = logSize()
        let first = step * Self.stepCount
        let numbers = first..<(toEnd ? count : first + Self.stepCount)
        try lines.write(contentsOf: Data(numbers.map { "message \(100_000 + $0)\n" }.joined().utf8))
        #expect(eventually { logSize() > size })
    }

    private func rsyslog(to daemon: DaemonProcess, withTLSBy library: String?) throws -> RsyslogRELP {
        try RsyslogRELP(
            sending: directory.path("lines"),
            ofSize: Self.lineSize,
            to: port(of: daemon),
            withTLSBy: library,
            in: directory
        )
    }

    /// Starts the daemon; at the port of an earlier one where it is given.
    ///
    /// With TLS, each line has the name in the client's verified certificate.
    private func daemon(at port: Int = 0, hasTLS: Bool) throws -> DaemonProcess {
        let listener =
            hasTLS
            ? try TLSHost.listener("relp", at: port, TLSHost.requiringClients())
            : "[[listener]]\nname = 'relp'\nprotocol = 'relp'\naddress = 'tcp:127.0.0.1:\(port)'\n"
        try Data(listener.utf8).write(to: directory.url.appending(path: "relp.toml"))
        return try DaemonProcess(
            [
                "--config", directory.path("relp.toml"), "--log-format", "%(tls_name)s %(asctime)s %(message)s",
                "--log-level", "info", "--log-sync", "none",
            ],
            in: directory,
            serving: 1
        )
    }

    private func port(of daemon: DaemonProcess) throws -> Int {
        try #require(daemon.addresses.first?.split(separator: ":").last.flatMap { Int($0) })
    }

    /// How many messages are in the log, and how many times one of them is there again.
    ///
    /// By awk: to split 200,000 lines takes an unoptimized test seconds. A line that a kill cut off has fewer digits.
    private func counts() throws -> (distinct: Int, again: Int) {
        let program = #"""
            NF > 1 && $(NF - 1) == "message" && $NF ~ /^[12][0-9][0-9][0-9][0-9][0-9]$/ {
                if (seen[$NF]++) again++; else distinct++
            }
            END { print distinct + 0, again + 0 }
            """#
        let outcome = try BuiltProgram.run("/usr/bin/awk", [program, directory.path("server.log")], in: directory)
        let numbers = outcome.output.split { $0.isWhitespace }.compactMap { Int($0) }
        try #require(numbers.count == 2, "\(outcome)")
        return (numbers[0], numbers[1])
    }

    private func logSize() -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory.path("server.log"))
        return attributes?[.size] as? Int ?? 0
    }

    /// Waits until every message is there.
    ///
    /// - Returns: how many times one of them is there again.
    private func awaitAll(of rsyslog: RsyslogRELP) throws -> Int {
        var counts = (distinct: 0, again: 0)
        let isComplete = try eventually(within: .seconds(60)) {
            // Reading all of the log is much.
            usleep(300_000)
            counts = try self.counts()
            return counts.distinct == count
        }
        #expect(isComplete, "missing: \(count - counts.distinct) of \(count); rsyslog: \(rsyslog.output.suffix(1000))")
        return counts.again
    }

    private enum Side {
        case daemon, rsyslog
    }

    /// Sends all messages while one side or the other is ended and started again.
    ///
    /// - Returns: how many times one of them is there again.
    private func repetitions(
        through ends: [(of: Side, by: Int32)],
        withTLSBy library: String? = nil
    ) throws -> Int {
        var daemon = try daemon(hasTLS: library != nil)
        let port = try port(of: daemon)
        let rsyslog = try rsyslog(to: daemon, withTLSBy: library)
        try rsyslog.start()
        for (step, end) in ends.enumerated() {
            try write(step)
            switch end.of {
            case .daemon:
                daemon.signal(end.by)
                #expect(daemon.exitCode() == (end.by == SIGTERM ? 0 : -end.by))
                if end.by == SIGTERM { #expect(daemon.accountingFaults() == []) }
                daemon = try self.daemon(at: port, hasTLS: library != nil)
            case .rsyslog:
                rsyslog.end(by: end.by)
                try rsyslog.start()
            }
        }
        try write(ends.count, toEnd: true)
        let repetitions = try awaitAll(of: rsyslog)
        print("RELP: \(count) messages, \(repetitions) of them again, through \(ends.count) ends of a side")
        rsyslog.end(by: SIGTERM)
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        return repetitions
    }

    /// A stop answers what is recorded, so that nothing is sent again that was.
    @Test func ordinaryRestartsOfTheDaemonDoubleNothing() throws {
        #expect(try repetitions(through: Array(repeating: (.daemon, SIGTERM), count: 4)) == 0)
    }

    /// What is sent twice is what had no answer: at most a window for each kill of the daemon.
    @Test func killsOfTheDaemonLoseNothing() throws {
        #expect(try repetitions(through: Array(repeating: (.daemon, SIGKILL), count: 4)) <= 4 * Self.window)
    }

    @Test func killsAndRestartsOfBothSidesLoseNothing() throws {
        let ends: [(of: Side, by: Int32)] = [
            (.rsyslog, SIGKILL), (.daemon, SIGKILL), (.rsyslog, SIGTERM), (.daemon, SIGTERM), (.rsyslog, SIGKILL),
        ]
        // rsyslog reads lines again that it had sent: those that the test makes it read, and those after its last state.
        let most = Self.window + 3 * (RsyslogRELP.linesReadAgain + 1024 + Self.window)
        #expect(try repetitions(through: ends) <= most)
    }

    /// With TLS by the libraries that librelp has: the same, and each message is of the verified client.
    @Test(arguments: ["openssl", "gnutls"]) func restartsAndKillsThroughTLSLoseNothing(library: String) throws {
        let ends: [(of: Side, by: Int32)] = [(.daemon, SIGTERM), (.daemon, SIGKILL), (.daemon, SIGTERM)]
        #expect(try repetitions(through: ends, withTLSBy: library) <= Self.window)
        let program = #"$(NF - 1) == "message" && $1 != "web1.example.com" { print }"#
        let outcome = try BuiltProgram.run("/usr/bin/awk", [program, directory.path("server.log")], in: directory)
        #expect(outcome.output.isEmpty, "\(outcome.output.prefix(1000))")
    }
}
