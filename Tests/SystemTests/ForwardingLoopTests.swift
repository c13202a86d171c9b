import Foundation
import TestSupport
import Testing

private let rsyslog = BuiltProgram.firstExecutable("/usr/sbin/rsyslogd")
/// Where `make deps-test` has unpacked syslog-ng: Debian does not install it beside rsyslog.
private let unpacked = URL(filePath: SystemdHost.script("../../.build/log-programs")).standardizedFileURL.path
private let syslogNG = BuiltProgram.firstExecutable("\(unpacked)/usr/sbin/syslog-ng")

extension SystemTests {
    /// A host whose own log goes to its own sockserved, which writes into the log of the host.
    @Suite(.enabled(if: rsyslog != nil, "rsyslog is not installed"))
    struct ForwardingLoopTests {
        private static let imuxsock = #"module(load="imuxsock")"#
        private static let imjournal = #"module(load="imjournal" StateFile="imjournal.state")"#

        private let installed: InstalledHost

        init() throws {
            // A host of its own: the looping messages would disturb other tests.
            installed = try InstalledHost()
        }

        /// What the documentation warns of; without it the other tests would prove nothing.
        @Test
        func messageGoesRoundWithoutPrecaution() throws {
            try forward(from: Self.imuxsock)
            try log("first")
            #expect(try eventually { try count("first") >= 10 })
        }

        @Test
        func logNamespaceEndsIt() throws {
            try installed.dropIn("LogNamespace=sockserved")
            try forward(from: Self.imuxsock)
            try expectOnceEach()
            let journal = ["journalctl", "--quiet", "--namespace=sockserved", "-o", "cat", "-u", "sockserved"]
            let own = try installed.host.start(journal + ["SOCKSERVED_PROTOCOL=syslog"]).finish().lines
            #expect(own.contains { $0.hasSuffix("second") }, "\(own)")
            #expect(try !installed.host.succeed("cat", "/var/log/rest").output.contains("sockserved["))
        }

        /// The condition of the example; imjournal has the fields that journald itself sets.
        @Test
        func conditionOnTheUnitEndsItForImjournal() throws {
            try forward(from: Self.imjournal)
            try expectOnceEach()
        }

        /// So it is the condition that ended it.
        @Test
        func messageGoesRoundByImjournalWithoutTheCondition() throws {
            try forward(from: Self.imjournal) { example in
                let condition = #"if $!_SYSTEMD_UNIT != "sockserved.service" then"#
                #expect(example.contains(condition))
                return example.replacing(condition, with: "if 1 then")
            }
            try log("first")
            #expect(try eventually { try count("first") >= 3 })
        }

        /// The filter of the example; syslog-ng reads the journal.
        @Test(.enabled(if: syslogNG != nil, "syslog-ng is not there: make deps-test"), arguments: [true, false])
        func filterOnTheUnitEndsItForSyslogNG(isThere: Bool) throws {
            let filter = "    filter(f_not_sockserved);\n"
            try installed.systemctl("start", "sockserved-syslog.socket")
            try forwardBySyslogNG { example in
                #expect(example.contains(filter))
                return isThere ? example : example.replacing(filter, with: "")
            }
            if isThere {
                try expectOnceEach()
            } else {
                try log("first")
                #expect(try eventually { try count("first") >= 3 })
            }
        }

        // MARK: -

        /// An example as installed, with this host for its target.
        private func example(_ name: String, _ change: (String) -> String) throws -> String {
            let text = try installed.host.succeed("cat", "/usr/local/share/doc/sockserved/examples/\(name)").output
            #expect(text.contains("logs.example.com"))
            return change(text).replacing("logs.example.com", with: "127.0.0.1")
        }

        private func forwardBySyslogNG(_ change: (String) -> String) throws {
            let place = "/run/log-programs"
            try FileManager.default.copyItem(atPath: unpacked, toPath: installed.host.root + place)
            let configuration = """
                @version: 3.38
                options { keep-hostname(yes); };
                source s_src { systemd-journal(read-old-records(no)); internal(); };
                \(try example("syslog-ng.conf", change))
                """
            try installed.host.write(configuration, to: "/run/syslog-ng.conf")
            let libraries = try FileManager.default.contentsOfDirectory(atPath: "\(unpacked)/usr/lib")
                .flatMap { ["\(place)/usr/lib/\($0)", "\(place)/lib/\($0)"] }.joined(separator: ":")
            let command = [
                "systemd-run", "--quiet", "--unit=syslog-ng", "--setenv=LD_LIBRARY_PATH=\(libraries)",
                "\(place)/usr/sbin/syslog-ng", "-F", "--no-caps", "--cfgfile=/run/syslog-ng.conf",
                "--module-path=\(place)/usr/lib/syslog-ng/3.38", "--persist-file=/run/syslog-ng.persist",
                "--pidfile=/run/syslog-ng.pid", "--control=/run/syslog-ng.ctl",
            ]
            let result = try installed.host.start(command).finish()
            #expect(result.status == 0, "\(result)")
            #expect(
                eventually { FileManager.default.fileExists(atPath: installed.host.root + "/run/syslog-ng.ctl") }
            )
        }

        /// Starts rsyslog with the example, to this host itself.
        private func forward(from input: String, _ change: (String) -> String = { $0 }) throws {
            let rules = try example("rsyslog.conf", change)
            #expect(rules.contains(#"target="127.0.0.1" port="514""#))
            try installed.host.write(rules, to: "/etc/rsyslog.d/sockserved.conf")
            try installed.host.write(
                """
                global(workDirectory="/var/spool/rsyslog")
                \(input)
                include(file="/etc/rsyslog.d/sockserved.conf")
                *.* /var/log/rest

                """,
                to: "/etc/rsyslog.conf"
            )
            try installed.systemctl("start", "sockserved-syslog.socket")
            // Enabled, it is the service of journald's socket for syslog.
            try installed.systemctl("enable", "--quiet", "rsyslog.service")
            try installed.systemctl("start", "syslog.socket", "rsyslog.service")
        }

        private func log(_ text: String) throws {
            try installed.host.succeed("logger", "--priority", "user.info", text)
        }

        /// How often a message has arrived; rsyslog forwards the space before it too.
        private func count(_ text: String) throws -> Int {
            let arguments = ["--quiet", "--namespace=*", "-o", "cat", "SOCKSERVED_PROTOCOL=syslog"]
            return try installed.host.start(["journalctl"] + arguments).finish().lines
                .count { $0.trimmingCharacters(in: .whitespaces) == text }
        }

        /// Messages are forwarded in the order of the log: a second round of the first comes before the second.
        private func expectOnceEach() throws {
            for text in ["first", "second"] {
                try log(text)
                #expect(try eventually { try count(text) >= 1 }, "\(text)")
            }
            #expect(try ["first", "second"].map(count) == [1, 1])
        }
    }
}
