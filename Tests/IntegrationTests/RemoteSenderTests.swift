import Foundation
import TestSupport
import Testing

private let logger = BuiltProgram.firstExecutable("/usr/bin/logger", "/bin/logger")

/// What senders on other hosts look like in syslog: clients at an address that is not of loopback, in a network of the
/// daemon's own.
@Suite(
    .enabled(
        if: NetworkNamespace.isAvailable,
        "skipped: no network namespace can be made here, or ip is not installed"
    ),
    .enabled(if: logger != nil, "skipped: logger is not installed")
)
struct RemoteSenderTests {
    private let directory: TemporaryDirectory
    private let receiver: UnixReceiver

    init() throws {
        directory = try TemporaryDirectory()
        mkdir(directory.path("dev"), 0o755)
        receiver = try UnixReceiver(.datagram, at: directory.path("dev/log"))
    }

    private func start(_ flags: [String] = []) throws -> DaemonProcess {
        try DaemonProcess(
            ["--listen", "syslog@tcp:*:5140", "--log-backend", "syslog", "--log-level", "emergency"] + flags,
            in: directory,
            through: NetworkNamespace.wrapper(mounting: "--bind '\(directory.path("dev"))' /dev"),
            serving: 0
        )
    }

    /// Sends one message with logger(1), as soon as the daemon listens.
    ///
    /// - Returns: the line that the syslog daemon gets, without its time.
    private func line(_ daemon: DaemonProcess, to address: String, _ options: [String]) throws -> String {
        let command = [try #require(logger), "--server", address, "--tcp", "--port", "5140"] + options
        let isSent = try eventually { try NetworkNamespace.run(command, in: daemon.pid, directory) == 0 }
        try #require(isSent, "\(daemon.complaints)")
        let line = try #require(receiver.receiveText())
        let end = try #require(line.firstIndex(of: ">"))
        return String(line[...end] + line[end...].dropFirst(">Mmm dd HH:MM:SS".count))
    }

    @Test func anotherHostIsInTheTagAndALocalProgramIsNot() throws {
        let daemon = try start()
        let options = ["--tag", "sshd", "--id=9", "--priority", "auth.info", "Failed password for root"]
        let host = ProcessInfo.processInfo.hostName.prefix { $0 != "." }
        let remote = try line(daemon, to: NetworkNamespace.address, ["--rfc5424=notq,notime"] + options)
        #expect(remote.hasPrefix("<38> \(host)"))
        #expect(remote.hasSuffix("/sshd[9]: Failed password for root"))
        #expect(
            try line(daemon, to: NetworkNamespace.address, ["--rfc5424=notq,notime,nohost"] + options)
                == "<38> \(NetworkNamespace.address)/sshd[9]: Failed password for root"
        )
        #expect(try line(daemon, to: "127.0.0.1", options) == "<38> sshd[9]: Failed password for root")
        #expect(daemon.stop() == 0)
    }

    @Test func emergenciesOfOtherHostsAreAlerts() throws {
        let daemon = try start()
        let options = ["--rfc5424=nohost", "--tag", "x", "--priority", "user.emerg", "the end"]
        #expect(try line(daemon, to: NetworkNamespace.address, options) == "<9> \(NetworkNamespace.address)/x: the end")
        #expect(try line(daemon, to: "127.0.0.1", options) == "<8> x: the end")
        #expect(daemon.stop() == 0)
    }

    @Test func aReloadChangesTheIdentifier() throws {
        let path = directory.path("identifier.toml")
        try "journal_identifier = \"one\"".write(toFile: path, atomically: true, encoding: .utf8)
        let daemon = try start(["--config", path])
        let options = ["--tag", "x", "--priority", "user.info", "text"]
        #expect(try line(daemon, to: NetworkNamespace.address, options) == "<14> one: text")
        try "journal_identifier = \"two\"".write(toFile: path, atomically: true, encoding: .utf8)
        daemon.signal(SIGHUP)
        #expect(try eventually { try line(daemon, to: "127.0.0.1", options) == "<14> two: text" })
        #expect(daemon.stop() == 0)
    }
}
