import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// What `journalctl -o json` shows of what real clients sent to the installed sockets.
    @Suite
    struct LogClientTests {
        private static let hasPython = LogClient.python != nil
        private static let hasPackages = hasPython && LogClient.packages != nil

        @Test(
            .enabled(if: hasPython, "python3 is not installed"),
            arguments: [
                "tcp:127.0.0.1:9020", "udp:127.0.0.1:9021", "unix:/run/sockserved-python.sock",
                "unixgram:/run/sockserved-python.dgram",
            ]
        )
        func pythonHandlers(address: String) throws {
            try using("python") { installed, journal in
                let client = try installed.log("python", to: address)
                let entries = try journal.messages(in: "python", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries.map { $0["LEVEL_NUMBER"] } == ["10", "30", "40", "20", "50"])
                for (entry, level) in zip(entries, ["debug", "warning", "error", "info", "critical"]) {
                    #expect(entry["LEVEL_NAME"] == level.uppercased())
                    #expect(entry["CODE_LINE"].flatMap { Int($0) } == client.lines[level])
                    #expect(entry["CODE_FILE"] == client.file)
                    #expect(entry["CODE_FUNC"] == "<module>")
                    #expect(entry["LOGGER"] == "shop.billing")
                    #expect(entry["SYSLOG_PID"] == "\(client.pid)")
                    #expect(entry["PROCESS_NAME"] == "MainProcess")
                    #expect(entry["THREAD_NAME"] == "MainThread")
                    #expect(entry["SYSLOG_IDENTIFIER"] == "sockserved")
                    #expect(entry["SOCKSERVED_LISTENER"] == "python")
                    #expect(entry["_SYSTEMD_UNIT"] == "sockserved.service")
                    try expectNow(entry)
                }
                #expect(entries[0]["MESSAGE"] == "first of 5")
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                try expectTraceback(entries[2], client)
                #expect(entries[3]["MESSAGE"] == "order A-17")
                expectExtra(entries[3])
                // A date is an instance of a class, and none is made.
                #expect(entries[3]["DUE"] == "<datetime.date>")
                let stack = try #require(entries[4]["STACK_INFO"])
                #expect(stack.hasPrefix("Stack (most recent call last):\n"))
                #expect(entries[4]["MESSAGE"] == "two\nlines\n\(stack)")
            }
        }

        @Test(
            .enabled(if: hasPython, "python3 is not installed"),
            arguments: [
                "tcp:127.0.0.1:514", "udp:127.0.0.1:514", "unix:/run/sockserved-syslog.sock",
                "unixgram:/run/sockserved-syslog.dgram",
            ]
        )
        func sysLogHandler(address: String) throws {
            try using("syslog") { installed, journal in
                let client = try installed.log("syslog", to: address)
                let entries = try journal.messages(in: "syslog", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries.map { $0["SYSLOG_FACILITY"] } == Array(repeating: "21", count: 5))
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                let error = try #require(entries[2]["MESSAGE"])
                #expect(error.hasPrefix("no card 4242\n"))
                #expect(client.isTraceback(error.dropFirst("no card 4242\n".count)))
                guard address.hasPrefix("unix") else { return }
                #expect(entries.map { $0["SOCKSERVED_PEER_PID"] } == Array(repeating: "\(client.pid)", count: 5))
                #expect(entries.map { $0["SOCKSERVED_PEER_UID"] } == Array(repeating: "0", count: 5))
            }
        }

        @Test(
            .enabled(if: hasPackages, "graypy is not there: make deps-test"),
            arguments: ["tcp:127.0.0.1:12201", "udp:127.0.0.1:12201"]
        )
        func graypy(address: String) throws {
            try using("gelf") { installed, journal in
                let client = try installed.log("gelf", to: address)
                let entries = try journal.messages(in: "gelf", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries[0]["MESSAGE"] == "first of 5")
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                #expect(entries.compactMap { $0["FULL_MESSAGE"] }.count == 1)
                #expect(try #require(entries[2]["FULL_MESSAGE"]).hasSuffix("KeyError: '4242'\n"))
                expectExtra(entries[3])
                for (entry, level) in zip(entries, ["debug", "warning", "error", "info", "critical"]) {
                    #expect(entry["SYSLOG_HOSTNAME"] == "sockserved-host")
                    #expect(entry["CODE_FILE"] == client.file)
                    #expect(entry["CODE_LINE"].flatMap { Int($0) } == client.lines[level])
                    #expect(entry["SYSLOG_PID"] == "\(client.pid)")
                    try expectNow(entry)
                }
            }
        }

        @Test(
            .enabled(if: hasPackages, "python-json-logger is not there: make deps-test"),
            arguments: ["tcp:127.0.0.1:5170", "udp:127.0.0.1:5170", "unix:/run/sockserved-json.sock"]
        )
        func pythonJSONLogger(address: String) throws {
            try using("json") { installed, journal in
                let client = try installed.log("json", to: address)
                let entries = try journal.messages(in: "json", count: 5)
                try #require(entries.count == 5)
                #expect(entries.map { $0["PRIORITY"] } == ["7", "4", "3", "6", "2"])
                #expect(entries.map { $0["LOGGER"] } == Array(repeating: "shop.billing", count: 5))
                #expect(entries[1]["MESSAGE"] == "Grüße, 世界 🎉")
                try expectTraceback(entries[2], client)
                expectExtra(entries[3])
                #expect(entries[3]["DUE"] == "2026-11-23")
            }
        }

        @Test func loggerOnTheNetwork() throws {
            try using("syslog") { installed, journal in
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
                            "\(kind) \(form)"
                        )
                    }
                }
                let entries = try journal.messages(in: "syslog", count: 4)
                #expect(
                    Set(entries.compactMap { $0["MESSAGE"] }) == [
                        "--udp --rfc3164", "--udp --rfc5424", "--tcp --rfc3164", "--tcp --rfc5424",
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
                    try expectNow(entry)
                }
            }
        }

        @Test func structuredDataOfLogger() throws {
            try using("syslog") { installed, journal in
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
            try using("syslog") { installed, journal in
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
            try using("syslog") { installed, journal in
                let entrance = "/run/entrance-\(UUID().uuidString.prefix(8))"
                let configuration = """
                    global(workDirectory="/run" localHostname="web1")
                    module(load="imuxsock" sysSock.use="off")
                    input(type="imuxsock" socket="\(entrance)" useSpecialParser="off" parseHostname="off")
                    *.* action(type="omfwd" target="127.0.0.1" port="514" \(options))

                    """
                try installed.host.write(configuration, to: "/run/rsyslog-test.conf")
                let name = "omfwd-test.service"
                try installed.host.succeed(
                    "systemd-run",
                    "--unit",
                    name,
                    "--collect",
                    "/usr/sbin/rsyslogd",
                    "-n",
                    "-i",
                    "NONE",
                    "-f",
                    "/run/rsyslog-test.conf"
                )
                defer { _ = try? installed.host.run("systemctl", "stop", name) }
                #expect(eventually { FileManager.default.fileExists(atPath: installed.host.root + entrance) })
                try installed.host.succeed(
                    "logger",
                    "--socket",
                    entrance,
                    "--tag",
                    "billing",
                    "--id=4711",
                    "--priority",
                    "local3.warning",
                    "card 4242 declined"
                )
                // rsyslog also has something to say about itself at times.
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
                try expectNow(try #require(entry))
            }
        }

        // MARK: -

        /// With the sockets of a protocol, and what the journal keeps from then on.
        private func using(_ name: String, _ body: (InstalledHost, Journal) throws -> Void) throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-\(name).socket")
                try body(installed, journal)
                #expect(try journal.strayOutput() == [])
            }
        }

        private func expectTraceback(_ entry: Journal.Entry, _ client: LogClient) throws {
            let text = try #require(entry["EXCEPTION_TEXT"])
            #expect(client.isTraceback(text))
            #expect(entry["MESSAGE"] == "no card 4242\n\(text)")
        }

        private func expectExtra(_ entry: Journal.Entry) {
            #expect(entry["MESSAGE"] == "order A-17")
            let names = ["ORDER_ID", "AMOUNT", "ITEMS", "PAID", "CUSTOMER", "ATTEMPTS"]
            #expect(names.map { entry[$0] } == ["A-17", "12.5", "[1,2]", "true", "null", "3"])
        }

        /// The sender's time is the time when the journal got it, give or take a minute.
        private func expectNow(_ entry: Journal.Entry) throws {
            let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            let claimed = try Date(#require(entry["SOCKSERVED_TIMESTAMP"]), strategy: format)
            let known = try #require(entry["__REALTIME_TIMESTAMP"].flatMap { Double($0) }) / 1_000_000
            #expect(abs(claimed.timeIntervalSince1970 - known) < 60)
        }
    }
}
