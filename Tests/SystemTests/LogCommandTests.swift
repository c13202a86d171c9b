import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The output of `journalctl -o json` for messages of logger and rsyslog to the installed sockets.
    @Suite
    struct LogCommandTests {
        @Test func loggerOnTheNetwork() throws {
            try InstalledHost.usingSockets(of: "syslog") { installed, journal in
                for kind in ["--udp", "--tcp"] {
                    for form in ["--rfc3164", "--rfc5424"] {
                        try installed.host.succeed(
                            "logger",
                            "--server",
                            "127.0.0.1",
                            "--port",
                            "514",
                            kind,
                            form,
                            "--tag",
                            "billing",
                            "--id=4711",
                            "--priority",
                            "local3.warning",
                            "by \(kind) \(form)"
                        )
                    }
                }
                let entries = try journal.messages(in: "syslog", count: 4)
                #expect(
                    Set(entries.compactMap { $0["MESSAGE"] }) == [
                        "by --udp --rfc3164", "by --udp --rfc5424", "by --tcp --rfc3164", "by --tcp --rfc5424",
                    ]
                )
                #expect(entries.count == 4)
                for entry in entries {
                    #expect(entry["PRIORITY"] == "4")
                    #expect(entry["SYSLOG_FACILITY"] == "19")
                    #expect(entry["SYSLOG_IDENTIFIER"] == "billing")
                    #expect(entry["SYSLOG_PID"] == "4711")
                    #expect(entry["SYSLOG_HOSTNAME"] == "sockserved-host")
                    #expect(entry["SYSLOG_TIMESTAMP"] != nil)
                    try entry.expectNow()
                }
            }
        }

        @Test func structuredDataOfLogger() throws {
            try InstalledHost.usingSockets(of: "syslog") { installed, journal in
                try installed.host.succeed(
                    "logger",
                    "--server",
                    "127.0.0.1",
                    "--port",
                    "514",
                    "--udp",
                    "--rfc5424",
                    "--msgid",
                    "DECLINE",
                    "--sd-id",
                    "order@32473",
                    "--sd-param",
                    #"id="A-17""#,
                    "--sd-param",
                    #"note="says \"no\" \]""#,
                    "card 4242 declined"
                )
                let entry = try #require(journal.messages(in: "syslog", count: 1).first)
                #expect(entry["MESSAGE"] == "card 4242 declined")
                #expect(entry["SYSLOG_MSGID"] == "DECLINE")
                #expect(entry["SYSLOG_SD_ORDER_32473_ID"] == "A-17")
                #expect(entry["SYSLOG_SD_ORDER_32473_NOTE"] == #"says "no" ]"#)
            }
        }

        /// As `/dev/log` does: the C library's header without a host, and the kernel's word for who sent it.
        @Test func unixDatagramSocketKnowsItsSenders() throws {
            try InstalledHost.usingSockets(of: "syslog") { installed, journal in
                try installed.host.succeed(
                    "setpriv",
                    "--reuid=4321",
                    "--regid=8765",
                    "--clear-groups",
                    "logger",
                    "--socket",
                    "/run/sockserved-syslog.dgram",
                    "--tag",
                    "billing",
                    "-i",
                    "--priority",
                    "local3.warning",
                    "declined"
                )
                let entry = try #require(journal.messages(in: "syslog", count: 1).first)
                #expect(entry["MESSAGE"] == "declined")
                #expect(entry["PRIORITY"] == "4")
                #expect(entry["SYSLOG_FACILITY"] == "19")
                #expect(entry["SYSLOG_IDENTIFIER"] == "billing")
                #expect(entry["SYSLOG_HOSTNAME"] == nil)
                #expect(entry["SOCKSERVED_PEER_UID"] == "4321")
                #expect(entry["SOCKSERVED_PEER_GID"] == "8765")
                #expect(entry["SOCKSERVED_PEER_PID"] == entry["SYSLOG_PID"])
            }
        }

        @Test(
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/rsyslogd"),
                "rsyslog is not installed"
            ),
            arguments: [
                #"protocol="udp""#, #"protocol="tcp" template="RSYSLOG_ForwardFormat""#,
                #"protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format""#,
            ]
        )
        func omfwd(options: String) throws {
            try InstalledHost.usingSockets(of: "syslog") { installed, journal in
                let entrance = "/run/entrance-\(UUID().uuidString.prefix(8))"
                let configuration = """
                    global(workDirectory="/run" localHostname="web1")
                    module(load="imuxsock" sysSock.use="off")
                    input(type="imuxsock" socket="\(entrance)" useSpecialParser="off" parseHostname="off")
                    *.* action(type="omfwd" target="127.0.0.1" port="514" \(options))

                    """
                try installed.host.write(configuration, to: "/run/rsyslog-test.conf")
                let name = "omfwd-test.service"
                let rsyslog = ["/usr/sbin/rsyslogd", "-n", "-i", "NONE", "-f", "/run/rsyslog-test.conf"]
                try installed.host.succeed(["systemd-run", "--unit", name, "--collect"] + rsyslog)
                defer { _ = try? installed.host.run("systemctl", "stop", name) }
                #expect(eventually { FileManager.default.fileExists(atPath: installed.host.root + entrance) })
                let logger = ["logger", "--socket", entrance, "--tag", "billing", "--id=4711"]
                try installed.host.succeed(logger + ["--priority", "local3.warning", "card 4242 declined"])
                // rsyslog sometimes logs messages of its own.
                var entry: Journal.Entry?
                _ = try eventually {
                    entry = try journal.messages(in: "syslog", count: 1).first { $0["SYSLOG_IDENTIFIER"] == "billing" }
                    return entry != nil
                }
                // RSYSLOG_SyslogProtocol23Format keeps the space before a message of RFC 3164.
                #expect(entry?["MESSAGE"]?.trimmingPrefix(" ") == "card 4242 declined")
                #expect(entry?["PRIORITY"] == "4")
                #expect(entry?["SYSLOG_FACILITY"] == "19")
                #expect(entry?["SYSLOG_PID"] == "4711")
                #expect(entry?["SYSLOG_HOSTNAME"] == "web1")
                try #require(entry).expectNow()
            }
        }
    }
}
