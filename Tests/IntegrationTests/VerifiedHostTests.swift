import Foundation
import TestSupport
import Testing

private let collector = BuiltProgram.firstExecutable("/lib/systemd/systemd-journal-remote")
private let activator = BuiltProgram.firstExecutable("/usr/bin/systemd-socket-activate")

/// The host by the sender's certificate, in the journal of the real systemd-journal-remote.
@Suite(
    .enabled(if: collector != nil && activator != nil, "skipped: systemd-journal-remote is not installed"),
    .enabled(if: LogClient.python != nil, "skipped: python3 is not installed")
)
struct VerifiedHostTests {
    private let directory: TemporaryDirectory
    private var socket: String { directory.path("remote.sock") }

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Runs the collector while a test does something.
    ///
    /// As the child of a shell: systemd-socket-activate closes all files that it inherits, and by one of them Foundation
    /// knows that a process goes on.
    private func collecting(_ body: () throws -> Void) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #"setpriv --pdeathsig KILL "$@"; true"#, "sh", try #require(activator), "-l", socket,
            try #require(collector), "--listen-http=-3", "--split-mode=none",
            "--output=\(directory.path("sockserved.journal"))",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        try #require(eventually { FileManager.default.fileExists(atPath: socket) })
        try body()
    }

    private func messages(_ match: String) throws -> [Substring] {
        let arguments = ["--quiet", "-D", directory.path, "-o", "cat", match, "SOCKSERVED_PROTOCOL=syslog"]
        return try BuiltProgram.run("/bin/journalctl", arguments, in: directory).output.split(separator: "\n")
    }

    @Test func journalHasTheHostOfTheCertificate() throws {
        try collecting {
            let port = try #require(TestSocket(at: "tcp:127.0.0.1:0").name.split(separator: ":").last)
            let settings = try TLSHost.requiringClients() + "\ntls_client_host = true"
            let file = try TLSHost.listener("syslog", at: #require(Int(port)), settings)
            try Data(file.utf8).write(to: directory.url.appending(path: "x.toml"))
            let daemon = try DaemonProcess(
                [
                    "--config", directory.path("x.toml"), "--log-backend", "journal-remote", "--journal-remote",
                    "unix:\(socket)",
                ],
                in: directory,
                serving: 0
            )
            let isServing = eventually { (try? TestSocket(to: "tcp:127.0.0.1:\(port)")) != nil }
            try #require(isServing, "\(daemon.complaints)")
            let script = LogClient.script("tls-client")
            let certificates = try Certificates.shared.get()
            let text = "<14>1 2026-11-26T01:02:03Z victim sshd - - - I am another one\n"
            let outcome = try BuiltProgram.run(
                "/usr/bin/python3",
                [script, certificates.path, "127.0.0.1", String(port), "send", text],
                in: directory
            )
            #expect(outcome.output == "confirmed\n", "\(outcome) \(daemon.complaints)")
            #expect(try messages("_HOSTNAME=web1.example.com") == ["I am another one"])
            #expect(try messages("_HOSTNAME=victim") == [])
        }
    }
}
