import Foundation
import TestSupport
import Testing

private let hasRELP = {
    // The directory is named after the machine.
    let machines = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return machines.contains { FileManager.default.fileExists(atPath: "/usr/lib/\($0)/rsyslog/omrelp.so") }
}()

extension SystemTests {
    /// rsyslog's omrelp sends to the installed daemon, whose log is the journal.
    @Suite(.enabled(if: hasRELP, "rsyslog-relp is not installed"))
    struct RELPTests {
        private static let count = 20_000
        private static let configuration = """
            global(workDirectory="/run/relp")
            main_queue(queue.type="Direct")
            module(load="imfile" mode="inotify")
            module(load="omrelp")
            ruleset(name="relp" queue.type="Direct") {
                action(type="omrelp" target="127.0.0.1" port="2514" template="RSYSLOG_SyslogProtocol23Format"
                       action.resumeRetryCount="-1" action.resumeInterval="1")
            }
            input(type="imfile" file="/run/relp/lines" tag="lines" ruleset="relp")

            """

        /// A stopped journald gets no message lost and none doubled: there is no answer meanwhile, and no error.
        @Test
        func standingStillOfTheJournalMakesTheSenderWait() throws {
            try send { installed, journal in
                let pid = try installed.host.succeed(
                    "systemctl",
                    "show",
                    "systemd-journald.service",
                    "--value",
                    "-p",
                    "MainPID"
                ).lines[0]
                try installed.host.succeed("kill", "-STOP", pid)
                // The length of the outage: not a wait for something to happen.
                Thread.sleep(forTimeInterval: 3)
                try installed.host.succeed("kill", "-CONT", pid)
            }
        }

        @Test
        func restartsOfTheServiceAndOfTheJournalDoubleNothing() throws {
            try send { installed, journal in
                try installed.systemctl("restart", "sockserved.service")
                try installed.systemctl("restart", "systemd-journald.service")
                try installed.systemctl("restart", "sockserved.service")
            }
        }

        /// Sends messages, and lets something happen while they are under way; each is in the journal once.
        private func send(while event: (InstalledHost, Journal) throws -> Void) throws {
            try InstalledHost.usingSockets(of: "relp") { installed, journal in
                let lines = (0..<Self.count).map { "message \($0)\n" }.joined()
                try installed.host.succeed("rm", "-rf", "/run/relp")
                try installed.host.write(lines, to: "/run/relp/lines")
                try installed.host.write(Self.configuration, to: "/run/relp/rsyslog.conf")
                let rsyslog = try installed.host.start([
                    "rsyslogd", "-n", "-f", "/run/relp/rsyslog.conf", "-i", "/run/relp/pid",
                ])
                #expect(try journal.has("SOCKSERVED_PROTOCOL=relp", "SOCKSERVED_PROGRAM=lines"))
                try event(installed, journal)
                var messages: [String] = []
                let isComplete = try eventually(within: .seconds(40)) {
                    messages = try journal.messages("SOCKSERVED_PROTOCOL=relp", "PRIORITY=5")
                    return Set(messages).count >= Self.count
                }
                #expect(isComplete, "\(Set(messages).count) of \(Self.count)")
                #expect(messages.count == Set(messages).count)
                try installed.host.succeed("sh", "-c", "kill -KILL $(cat /run/relp/pid)")
                _ = rsyslog.finish()
            }
        }
    }
}
