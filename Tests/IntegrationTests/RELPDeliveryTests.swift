import Foundation
import TestSupport
import Testing

/// rsyslog's omrelp sends through restarts and kills of both sides: each message is there at least once.
@Suite(.serialized, .enabled(if: RsyslogRELP.obstacle == nil, "skipped: \(RsyslogRELP.obstacle ?? "")"))
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

    private func rsyslog(to daemon: DaemonProcess) throws -> RsyslogRELP {
        let path = directory.path("lines")
        return try RsyslogRELP(sending: path, ofSize: Self.lineSize, to: port(of: daemon), in: directory)
    }

    /// Starts the daemon; at the port of an earlier one where it is given.
    private func daemon(at port: Int = 0) throws -> DaemonProcess {
        try DaemonProcess(
            [
                "--listen", "relp@tcp:127.0.0.1:\(port)", "--log-format", "%(asctime)s %(message)s", "--log-level",
                "info",
                "--log-sync", "none",
            ],
            in: directory
        )
    }

    private func port(of daemon: DaemonProcess) throws -> Int {
        try #require(daemon.addresses.first?.split(separator: ":").last.flatMap { Int($0) })
    }

    /// How often each message is in the log.
    private func counts() throws -> [Int] {
        var counts = [Int](repeating: 0, count: count)
        let data = try Data(contentsOf: directory.url.appending(path: "server.log"))
        let mark = Array(" message ".utf8)
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard let place = line.firstRange(of: mark) else { continue }
            let number = String(decoding: line[place.upperBound...], as: UTF8.self)
            // A kill may cut off a line.
            if let number = Int(number).map({ $0 - 100_000 }), counts.indices.contains(number) { counts[number] += 1 }
        }
        return counts
    }

    private func logSize() -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory.path("server.log"))
        return attributes?[.size] as? Int ?? 0
    }

    /// Waits until every message is there.
    private func awaitAll() throws -> [Int] {
        var counts: [Int] = []
        let isComplete = try eventually(within: .seconds(60)) {
            // Reading all of the log is much.
            usleep(300_000)
            counts = try self.counts()
            return counts.allSatisfy { $0 > 0 }
        }
        #expect(isComplete, "missing: \(counts.count { $0 == 0 }) of \(count)")
        return counts
    }

    /// A stop answers what is recorded, so that nothing is sent again that was.
    @Test func ordinaryRestartsOfTheDaemonDoubleNothing() throws {
        var daemon = try daemon()
        let port = try port(of: daemon)
        let rsyslog = try rsyslog(to: daemon)
        try rsyslog.start()
        for step in 0..<4 {
            try write(step)
            #expect(daemon.stop() == 0)
            daemon = try self.daemon(at: port)
        }
        try write(4, toEnd: true)
        let counts = try awaitAll()
        #expect(counts.count { $0 > 1 } == 0)
        rsyslog.end(by: SIGTERM)
        withExtendedLifetime(daemon) {}
    }

    /// What is sent twice is what had no answer: at most a window for each kill of the daemon.
    @Test func killsOfTheDaemonLoseNothing() throws {
        var daemon = try daemon()
        let port = try port(of: daemon)
        let rsyslog = try rsyslog(to: daemon)
        try rsyslog.start()
        for step in 0..<4 {
            try write(step)
            daemon.signal(SIGKILL)
            #expect(daemon.exitCode() == -SIGKILL)
            daemon = try self.daemon(at: port)
        }
        try write(4, toEnd: true)
        let counts = try awaitAll()
        let doubled = counts.reduce(0) { $0 + max(0, $1 - 1) }
        print("RELP: \(count) messages, \(doubled) of them twice, through 4 kills of the daemon")
        #expect(doubled <= 4 * Self.window)
        rsyslog.end(by: SIGTERM)
        withExtendedLifetime(daemon) {}
    }

    @Test func killsAndRestartsOfBothSidesLoseNothing() throws {
        var daemon = try daemon()
        let port = try port(of: daemon)
        let rsyslog = try rsyslog(to: daemon)
        try rsyslog.start()
        let events: [(isOfDaemon: Bool, signal: Int32)] = [
            (false, SIGKILL), (true, SIGKILL), (false, SIGTERM), (true, SIGTERM), (false, SIGKILL),
        ]
        for (step, event) in events.enumerated() {
            try write(step)
            if event.isOfDaemon {
                daemon.signal(event.signal)
                #expect(daemon.exitCode() != nil)
                daemon = try self.daemon(at: port)
            } else {
                rsyslog.end(by: event.signal)
                try rsyslog.start()
            }
        }
        try write(events.count, toEnd: true)
        let counts = try awaitAll()
        let doubled = counts.reduce(0) { $0 + max(0, $1 - 1) }
        print("RELP: \(count) messages, \(doubled) of them twice, through kills and restarts of both sides")
        // rsyslog reads lines again that it had sent: those that the test makes it read, and those after its last state.
        #expect(doubled <= Self.window + 3 * (RsyslogRELP.linesReadAgain + 1024 + Self.window))
        rsyslog.end(by: SIGTERM)
        withExtendedLifetime(daemon) {}
    }
}
