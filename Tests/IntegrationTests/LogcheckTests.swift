import Foundation
import TestSupport
import Testing

/// The rules for logcheck, against the lines that a syslog daemon writes for the syslog backend.
@Suite(.enabled(if: MountNamespace.isAvailable, "no mount namespace can be made here"))
struct LogcheckTests {
    private let directory: TemporaryDirectory
    private let receiver: UnixReceiver

    init() throws {
        directory = try TemporaryDirectory()
        mkdir(directory.path("dev"), 0o755)
        receiver = try UnixReceiver(.datagram, at: directory.path("dev/log"))
    }

    /// What a syslog daemon receives.
    private struct Line {
        /// 4 is a warning, 6 informational.
        var severity: Int
        /// From the daemon's name on.
        var text: String
    }

    @Test func routineIsIgnoredAndTroubleIsNot() throws {
        let daemon = try start()
        var lines = try receive(until: "Listener python ")
        let addresses = lines.compactMap { $0.text.firstMatch(of: #/ serves \S+ at (\S+)/#).map { String($0.1) } }
        try #require(addresses.count == 3)

        let client = try TestSocket(to: addresses[0])
        try client.send("hello")
        #expect(try client.receiveToEnd() == "Hello, client!")
        lines += try receive(until: "Connection closed")

        let echo = try TestSocket(to: addresses[1])
        try echo.send("echo\n")
        lines += try receive(until: "Sent data to ")

        let sender = try TestSocket(to: addresses[2])
        try sender.send("this is no pickle")
        lines += try receive(until: "Cannot read a python message")
        sender.close()
        for _ in 0..<150 { try TestSocket(to: addresses[2]).close() }
        lines += try receive(until: "established and closed")

        daemon.signal(SIGHUP)
        lines += try receive(until: "Configuration reloaded")
        try "threads = 0\n".write(toFile: directory.path("own.toml"), atomically: false, encoding: .utf8)
        daemon.signal(SIGHUP)
        lines += try receive(until: "Configuration rejected")
        daemon.signal(SIGTERM)
        lines += try receive(until: "Stopping")
        #expect(daemon.exitCode() == 0)

        // As logcheck reads them from a file with traditional times, and from one as rsyslog of Debian 12 writes it.
        for time in ["Nov 23 07:56:24", "2026-11-23T07:56:24.123456+01:00"] {
            let reported = try report(lines.map { "\(time) host.example.com \($0.text)" })
            let trouble = lines.filter { $0.severity <= 4 }.map { "\(time) host.example.com \($0.text)" }
            #expect(trouble.count >= 2)
            #expect(reported == trouble)
        }
    }

    // MARK: -

    private func start() throws -> DaemonProcess {
        try Data().write(to: directory.url.appending(path: "own.toml"))
        return try DaemonProcess(
            [
                "--listen", "hello@tcp:127.0.0.1:0", "--listen", "echo@udp:127.0.0.1:0",
                "--listen", "python@tcp:127.0.0.1:0",
                "--log-backend", "syslog", "--config", directory.path("own.toml"),
            ],
            in: directory,
            through: MountNamespace.wrapper(mounting: "--bind '\(directory.path("dev"))' /dev"),
            serving: 0
        )
    }

    /// All lines up to the first one that contains a text.
    private func receive(until text: String) throws -> [Line] {
        var lines: [Line] = []
        while lines.last?.text.contains(text) != true {
            let received = try #require(receiver.receiveText(), "no line with \(text) after \(lines)")
            let match = try #require(
                received.wholeMatch(of: #/(?s)<(\d+)>.{15} (sockserved\[\d+\]: .*)/#),
                "\(received)"
            )
            lines.append(Line(severity: try #require(Int(match.1)) & 7, text: String(match.2)))
        }
        return lines
    }

    /// The lines that logcheck reports.
    private func report(_ lines: [String]) throws -> [String] {
        let log = directory.path("syslog")
        try (lines.joined(separator: "\n") + "\n").write(toFile: log, atomically: false, encoding: .utf8)
        let rules = Checkout.path("packaging/sockserved.logcheck")
        let outcome = try BuiltProgram.run("/bin/grep", ["-E", "-v", "-f", rules, log], in: directory)
        #expect(outcome.complaints.isEmpty)
        return outcome.output.split(separator: "\n").map(String.init)
    }
}
