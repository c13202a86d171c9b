import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// rsyslog's omrelp sends to the installed daemon, whose log is the journal.
    @Suite(.enabled(if: Rsyslog.obstacleToRELP == nil, "skipped: \(Rsyslog.obstacleToRELP ?? "")"))
    struct RELPTests {
        /// How many messages are written at a time.
        private static let stepCount = 5000

        /// A stopped journald gets no message lost and none doubled: there is no answer meanwhile, and no error.
        @Test
        func standingStillOfTheJournalMakesTheSenderWait() throws {
            try send { installed, writeMore in
                try installed.suspendJournald(for: 3) { try writeMore() }
            }
        }

        @Test
        func restartsOfTheServiceAndOfTheJournalDoubleNothing() throws {
            try send { installed, writeMore in
                for unit in ["sockserved.service", "systemd-journald.service", "sockserved.service"] {
                    try writeMore()
                    try installed.systemctl("restart", unit)
                }
            }
        }

        /// Sends messages, and lets something happen while they are under way; each is in the journal once.
        private func send(while event: (InstalledHost, _ writeMore: () throws -> Void) throws -> Void) throws {
            try InstalledHost.usingSockets(of: "relp") { installed, journal in
                let path = "/run/relp/lines"
                try installed.host.succeed("rm", "-rf", "/run/relp")
                try installed.host.write("", to: path)
                let lines = try FileHandle(forWritingTo: URL(filePath: installed.host.root + path))
                var count = 0
                func writeMore() throws {
                    let more = (count..<count + Self.stepCount).map { "message \($0)\n" }.joined()
                    try lines.write(contentsOf: Data(more.utf8))
                    count += Self.stepCount
                }
                let configuration = try Rsyslog.relpConfiguration(sending: path, to: 2514, in: "/run/relp")
                try installed.host.write(configuration, to: "/run/relp/rsyslog.conf")
                try writeMore()
                let rsyslog = try installed.host.start([
                    "rsyslogd", "-n", "-f", "/run/relp/rsyslog.conf", "-i", "/run/relp/pid",
                ])
                #expect(try journal.has("SOCKSERVED_PROTOCOL=relp", "SOCKSERVED_PROGRAM=lines"))
                try event(installed, writeMore)
                var messages: [String] = []
                let isComplete = try eventually(within: .seconds(40)) {
                    messages = try journal.messages("SOCKSERVED_PROTOCOL=relp", "PRIORITY=5")
                    return Set(messages).count >= count
                }
                #expect(isComplete, "\(Set(messages).count) of \(count)")
                #expect(messages.count == Set(messages).count)
                try installed.host.succeed("sh", "-c", "kill -KILL $(cat /run/relp/pid)")
                _ = rsyslog.finish()
                try installed.systemctl("stop", "sockserved.service")
                #expect(try journal.receivedByAll() >= count)
            }
        }
    }
}
