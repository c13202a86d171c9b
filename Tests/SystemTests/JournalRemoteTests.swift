import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The backend journal-remote, with the real program and the example units.
    @Suite(.enabled(if: RemoteJournal.isInstalled, "systemd-journal-remote is not installed"))
    struct JournalRemoteTests {
        @Test
        func eachOfFiftyHostsHasItsRecords() throws {
            let script = """
                import socket, sys
                for part in range(4):
                    sock = socket.create_connection(("127.0.0.1", 514))
                    sock.sendall(b"".join(
                        b"<14>1 2026-11-26T01:02:03.000004Z host%02d app 7 - - host%02d %d\\n" % (n % 50, n % 50, n)
                        for n in range(part * 50000, part * 50000 + 50000)))
                    sock.shutdown(socket.SHUT_WR)
                    # Its end says that all is recorded.
                    assert sock.recv(1) == b""
                """
            let count = """
                for number in $(seq 0 49); do
                    host=$(printf 'host%02d' "$number")
                    echo "$host" $(journalctl --quiet -D \(RemoteJournal.directory) -o cat _HOSTNAME="$host" SYSLOG_PID=7 |
                        grep "^$host " | sort -u | wc -l)
                done
                """
            try RemoteJournal.use { installed, journal in
                try installed.host.succeed("/usr/bin/python3", "-c", script)
                let found = try installed.host.succeed("sh", "-c", count).lines
                let wrong = found.filter { !$0.hasSuffix(" 4000") }
                #expect(found.count == 50 && wrong.isEmpty, "\(wrong)")
                let line = try journal.read("-o", "short-iso", "-n", "1", "_HOSTNAME=host07").output
                #expect(line.hasPrefix("2026-11-26T01:02:03+0000 host07 app[7]: host07 "), "\(line)")
                let merged = try installed.host.succeed(
                    "journalctl",
                    "-q",
                    "-m",
                    "-n",
                    "1",
                    "-o",
                    "cat",
                    "_HOSTNAME=host49"
                )
                #expect(merged.output.hasPrefix("host49 "))
                // The host's own journal has none of them.
                #expect(try installed.host.run("journalctl", "-q", "-n", "1", "_HOSTNAME=host49").output == "")
            }
        }

        @Test
        func theDaemonsOwnRecordsAreThisHosts() throws {
            try RemoteJournal.use { installed, journal in
                _ = try installed.hello()
                let messages = try journal.messages("_HOSTNAME=sockserved-host", "SYSLOG_IDENTIFIER=sockserved")
                #expect(
                    messages.first?.hasSuffix("records go to journal-remote /run/sockserved-journal-remote.sock")
                        == true
                )
                #expect(messages.contains("Sent data: Hello, client!"))
                #expect(try journal.messages("MESSAGE=Connection closed", "_HOSTNAME=sockserved-host").count == 1)
            }
        }

        @Test(arguments: ["syslog", "python"])
        func everyConfirmedMessageSurvivesKillsOfTheProgram(format: String) throws {
            try RemoteJournal.use(format) { try $1.confirmThroughKills(format) }
        }

        /// Its directory need not be there yet.
        @Test
        func oldFilesAreDeleted() throws {
            try RemoteJournal.use { installed, journal in
                // Closed at the beginning of 1970, as its name says.
                let (id, time) = (String(repeating: "a", count: 32), "0000000000000001-0000000000000001")
                let old = "\(RemoteJournal.directory)/sockserved@\(id)-\(time).journal"
                let vacuum = "sockserved-journal-vacuum.service"
                #expect(try eventually { try !journal.messages("SYSLOG_IDENTIFIER=sockserved").isEmpty })
                let current = "\(RemoteJournal.directory)/sockserved.journal"
                try installed.host.succeed("cp", "-p", current, old)
                try installed.systemctl("start", vacuum)
                #expect(try installed.host.run("ls", old).status != 0)
                // The one that is written to stays.
                #expect(try !journal.messages("SYSLOG_IDENTIFIER=sockserved").isEmpty)
                try installed.systemctl("stop", "sockserved.service", RemoteJournal.service)
                try installed.host.succeed("rm", "-r", RemoteJournal.directory)
                try installed.systemctl("start", vacuum)
            }
        }

        @Test
        func readersOfTheJournalMayReadItAndOnlyTheDaemonsGroupOpensTheSocket() throws {
            try RemoteJournal.use { installed, remote in
                let open = ["nc", "-N", "-U", "/run/sockserved-journal-remote.sock"]
                let read = ["journalctl", "-q", "-D", RemoteJournal.directory, "-o", "cat", "-n", "1"]
                #expect(try eventually { try !remote.messages("SYSLOG_IDENTIFIER=sockserved").isEmpty })
                for (group, mayRead) in [("4321", false), ("systemd-journal", true)] {
                    let user = ["setpriv", "--reuid=4321", "--regid=\(group)", "--clear-groups"]
                    #expect(try installed.host.start(user + open).finish().status != 0)
                    #expect(try !installed.host.start(user + read).finish().output.isEmpty == mayRead)
                }
                #expect(try installed.host.start(["timeout", "5"] + open).finish().status == 0)
                // Without the group the daemon does not start, and says why.
                let journal = installed.journal()
                try installed.host.succeed("rm", "/etc/systemd/system/sockserved.service.d/journal-remote.conf")
                try installed.systemctl("daemon-reload")
                #expect(throws: CommandFailure.self) { try installed.systemctl("restart", "sockserved.service") }
                let said = try journal.strayOutput().joined()
                #expect(said.contains("Permission denied; is this user in the socket's group?"), "\(said)")
                _ = try installed.host.run("systemctl", "stop", "sockserved.service")
            }
        }
    }
}
