import Foundation
import TestSupport
import Testing

/// systemd-journal-remote in the host, by the example units and their first lines.
struct RemoteJournal {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd-journal-remote")
    static let directory = "/var/log/journal/remote"
    static let service = "sockserved-journal-remote.service"
    private static let socket = "sockserved-journal-remote.socket"
    private static let setting = "/etc/sockserved/sockserved.toml.d/journal-remote.toml"
    private static let units = "/etc/systemd/system"

    private let installed: InstalledHost

    /// Runs a test with it, and with a socket of the daemon.
    static func use(
        _ name: String = "syslog",
        on host: @autoclosure () throws -> InstalledHost = try InstalledHost.shared.get(),
        _ body: (InstalledHost, RemoteJournal) throws -> Void
    ) throws {
        try host().use { installed in
            let journal = RemoteJournal(installed: installed)
            defer { journal.remove() }
            try journal.install()
            try installed.systemctl("start", "sockserved-\(name).socket", "sockserved.service")
            try body(installed, journal)
            #expect(try installed.property("NRestarts") == "0")
        }
    }

    private func install() throws {
        for unit in [Self.socket, Self.service, "sockserved-journal-vacuum.service", "sockserved-journal-vacuum.timer"]
        {
            try installed.copyDropIn(unit, to: Self.units)
        }
        try installed.copyDropIn("journal-remote.conf", to: "\(Self.units)/sockserved.service.d")
        try installed.host.write("log_backend = \"journal-remote\"\n", to: Self.setting)
        try installed.systemctl("daemon-reload")
        try installed.systemctl("start", Self.socket)
    }

    private func remove() {
        _ = try? installed.host.run("systemctl", "stop", "sockserved.service", Self.socket, Self.service)
        let units = "rm -rf \(Self.units)/sockserved-journal-* \(Self.setting) \(Self.directory)"
        _ = try? installed.host.run("sh", "-c", units)
    }

    /// What journalctl prints of the entries that match.
    func read(_ arguments: String...) throws -> CommandResult {
        try installed.host.start(["journalctl", "--quiet", "-D", Self.directory] + arguments).finish()
    }

    /// The messages that match.
    func messages(_ matches: String...) throws -> [String] {
        try installed.host.start(["journalctl", "--quiet", "-D", Self.directory, "-o", "cat"] + matches).finish().lines
    }

    /// Kills the program while clients send, and looks for each message that was confirmed.
    func confirmThroughKills(_ format: String) throws {
        let port = format == "syslog" ? 514 : 9020
        let confirmed = try installed.whileConfirming(format, port: port) { waitForConfirmed in
            for round in 1...4 {
                try waitForConfirmed(40 * round)
                try installed.systemctl("kill", "--signal=KILL", Self.service)
            }
            try waitForConfirmed(200)
        }
        #expect(confirmed.count >= 1000)
        let recorded = try Set(messages("SOCKSERVED_PROTOCOL=\(format)"))
        #expect(confirmed.filter { !recorded.contains($0) } == [])
        try installed.systemctl("stop", "sockserved.service")
        let statement = try messages("MESSAGE_ID=\(Journal.statistics)").joined(separator: "\n")
        #expect(StatedCounts.accountingFaults(in: statement) == [])
    }
}
