import TestSupport
import Testing

extension SystemTests {
    /// journald does not drop records of the installed unit.
    @Suite
    struct RateLimitTests {
        private static let count = 200_000
        private static let warning = "journald drops records of sockserved.service"

        /// Sends numbered messages on one connection, and waits for the end of the stream that confirms them.
        private static let sender = """
            import socket, sys, time
            begin = time.monotonic()
            s = socket.socket(socket.AF_UNIX)
            s.connect("/run/sockserved-syslog.sock")
            for start in range(0, \(count), 1000):
                s.sendall(b"".join(b"<14>sender: sent %d\\n" % n for n in range(start, start + 1000)))
            s.shutdown(socket.SHUT_WR)
            assert s.recv(1) == b""
            print(time.monotonic() - begin)
            """

        @Test(.enabled(if: LogClient.python != nil, "python3 is not installed"))
        func twoHundredThousandRecordsAreAllInTheJournal() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-syslog.socket")
                let result = try installed.host.succeed("/usr/bin/python3", "-c", Self.sender)
                print("200,000 records were confirmed after \(result.lines.first ?? "?") s")
                try journal.expectSent((0..<Self.count).map { "sent \($0)" })
                #expect(try journal.messages("SYSLOG_IDENTIFIER=sockserved").allSatisfy { !$0.hasPrefix(Self.warning) })
                try installed.systemctl("stop", "sockserved.service")
                #expect(try journal.receivedByAll() == Self.count)
            }
        }

        /// 0 is journald's default, 10,000 records in 30 s.
        @Test
        func limitThatIsInForceIsOneWarning() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.dropIn("LogRateLimitIntervalSec=0")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved")
                #expect(try installed.hello().reply == "Hello, client!")
                try journal.waitForExchanges(1)
                let warnings = try journal.entries("SYSLOG_IDENTIFIER=sockserved", "PRIORITY=4")
                #expect(warnings.count == 1)
                #expect(warnings.first?["MESSAGE"]?.hasPrefix(Self.warning) == true, "\(warnings)")
                #expect(try journal.explanations("PRIORITY=4").contains("LogRateLimitBurst=1000000"))
            }
        }

        @Test
        func transientUnitIsWarnedAndAShellIsNot() throws {
            try InstalledHost.shared.get().use { installed in
                let command = ["/usr/local/sbin/sockserved", "--listen", "hello@tcp:127.0.0.1:7000"]
                defer { _ = try? installed.host.run("systemctl", "stop", "by-run.service", "by-shell.service") }
                let journal = Journal(installed.host, unit: "by-run.service")
                let run = ["systemd-run", "--quiet", "--unit", "by-run"] + command
                #expect(try installed.host.start(run).finish().status == 0)
                #expect(try journal.has("SYSLOG_IDENTIFIER=sockserved", "PRIORITY=4"))
                let text = try journal.messages("PRIORITY=4").joined()
                let advice = "systemd-run -p LogRateLimitIntervalSec=1us -p LogRateLimitBurst=1000000"
                #expect(text.contains(advice), "\(text)")
                try installed.systemctl("stop", "by-run.service")

                let other = Journal(installed.host, unit: "by-shell.service")
                let shell =
                    ["systemd-run", "--quiet", "--unit", "by-shell", "sh", "-c", "\"$@\"; true", "sh"] + command
                #expect(try installed.host.start(shell).finish().status == 0)
                #expect(eventually { (try? installed.hello(to: "tcp:127.0.0.1:7000").reply) != nil })
                #expect(try other.has("MESSAGE=Connection closed"))
                #expect(try other.messages("PRIORITY=4") == [])
            }
        }
    }
}
