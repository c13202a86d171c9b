import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Identifiers of senders on other hosts in the journal, and the treatment of their claims by a listener.
    @Suite
    struct RemoteSenderTests {
        /// Not of loopback: a client that connects to it has it too, and so counts as one on another host.
        private static let address = "10.9.8.7"
        private static let dropIn = "/etc/systemd/system/sockserved-syslog.socket.d"

        private func use(configuration: String = "", _ body: (InstalledHost, Journal) throws -> Void) throws {
            try InstalledHost.shared.get().use { installed in
                _ = try installed.host.run("ip", "address", "add", "\(Self.address)/32", "dev", "lo")
                try installed.host.write(
                    "[Socket]\nListenStream=\(Self.address):514\nListenDatagram=\(Self.address):514\n",
                    to: "\(Self.dropIn)/test.conf"
                )
                defer {
                    _ = try? installed.host.run("systemctl", "stop", "sockserved-syslog.socket", "sockserved.service")
                    _ = try? installed.host.run("rm", "-r", Self.dropIn)
                }
                if !configuration.isEmpty {
                    try installed.host.write(configuration, to: "/etc/sockserved/test.toml")
                    try installed.setFlags("--config /etc/sockserved/test.toml")
                }
                try installed.host.succeed("systemctl", "daemon-reload")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-syslog.socket")
                try body(installed, journal)
                #expect(try journal.strayOutput() == [])
            }
        }

        private func send(_ message: String, to address: String, in host: SystemdHost) throws {
            try host.succeed("bash", "-c", "printf '%s\\n' \"$0\" >/dev/tcp/\(address)/514", message)
        }

        /// The messages that `journalctl -t` finds in all of the journal.
        private func found(_ identifier: String, in host: SystemdHost) throws -> [String] {
            try host.run("journalctl", "--quiet", "-o", "cat", "-t", identifier).lines
        }

        @Test func anotherHostsProgramIsNotOneOfThisHost() throws {
            try use { installed, journal in
                let host = installed.host
                let forged = "Failed password for root from 198.51.100.7 port 22 ssh2"
                for kind in ["--tcp", "--udp"] {
                    try host.succeed(
                        "logger",
                        "--server",
                        Self.address,
                        "--port",
                        "514",
                        kind,
                        "--tag",
                        "sshd",
                        "--id=999",
                        "--priority",
                        "auth.info",
                        forged
                    )
                }
                try send("<38>1 - web1 sshd 9 - - \(forged)", to: Self.address, in: host)
                try send("<38>1 - - sshd 9 - - \(forged)", to: Self.address, in: host)
                let entries = try journal.messages(in: "syslog", count: 4)
                try #require(entries.count == 4)
                for entry in entries {
                    #expect(entry["MESSAGE"] == forged)
                    #expect(entry["SOCKSERVED_PROGRAM"] == "sshd")
                    #expect(entry["SOCKSERVED_PEER_ADDRESS"] == Self.address)
                }
                #expect(try found("sshd", in: host) == [])
                #expect(try found("sockserved-host/sshd", in: host) == [forged, forged])
                #expect(try found("web1/sshd", in: host) == [forged])
                #expect(try found("\(Self.address)/sshd", in: host) == [forged])
                // As people look at it.
                let line = try host.succeed("journalctl", "--quiet", "-o", "short", "-t", "web1/sshd").output
                #expect(line.contains(" web1/sshd[") && line.hasSuffix("]: \(forged)\n"), "\(line)")
                // The same from this host is a program of this host.
                try send("<38>1 - web1 local-sshd 9 - - here", to: "127.0.0.1", in: host)
                #expect(try journal.has("SYSLOG_IDENTIFIER=local-sshd", "MESSAGE=here"))
            }
        }

        @Test func anEmergencyOfAnotherHostGoesToNoTerminal() throws {
            try use { installed, journal in
                try send("<0>1 - web1 systemd - - - the end", to: Self.address, in: installed.host)
                try send("<1>1 - web1 systemd - - - nearly", to: Self.address, in: installed.host)
                let entries = try journal.messages(in: "syslog", count: 2).sorted {
                    $0["MESSAGE"] ?? "" > $1["MESSAGE"] ?? ""
                }
                #expect(entries.map { $0["PRIORITY"] } == ["1", "1"])
                #expect(entries.map { $0["SOCKSERVED_CLAIMED_SEVERITY"] } == ["0", nil])
                #expect(entries.map { $0["SYSLOG_IDENTIFIER"] } == ["web1/systemd", "web1/systemd"])
            }
        }

        @Test func aListenerKeepsItsSendersApart() throws {
            let configuration = """
                journal_identifier = "never-%(program)s"
                [[listener]]
                name = "syslog"
                protocol = "syslog"
                facility = "local0"
                min_severity = "notice"
                max_severity = "error"
                identifier = "%(peer_address)s/%(program)s"
                """
            try use(configuration: configuration) { installed, journal in
                let host = installed.host
                // What Postfix calls itself, by a host of that name.
                try send("<18>1 - postfix smtpd - - - critical", to: Self.address, in: host)
                try send("<131>1 - postfix smtpd - - - error", to: Self.address, in: host)
                try send("<134>1 - postfix smtpd - - - info", to: Self.address, in: host)
                try send("<132>1 - - app - - - warning", to: "127.0.0.1", in: host)
                // Connections are not read in the order in which they came.
                let entries = try journal.messages(in: "syslog", count: 3).sorted {
                    $0["MESSAGE"] ?? "" < $1["MESSAGE"] ?? ""
                }
                #expect(entries.map { $0["MESSAGE"] } == ["critical", "error", "warning"])
                #expect(entries.map { $0["PRIORITY"] } == ["3", "3", "4"])
                #expect(entries.map { $0["SOCKSERVED_CLAIMED_SEVERITY"] } == ["2", nil, nil])
                #expect(entries.map { $0["SYSLOG_FACILITY"] } == ["16", "16", "16"])
                #expect(entries.map { $0["SOCKSERVED_CLAIMED_FACILITY"] } == ["2", nil, nil])
                #expect(
                    entries.map { $0["SYSLOG_IDENTIFIER"] } == [
                        "\(Self.address)/smtpd", "\(Self.address)/smtpd", "127.0.0.1/app",
                    ]
                )
                #expect(try eventually { try installed.property("StatusText").contains(", 1 left out") })
                #expect(try journal.messages(in: "syslog", count: 3).count == 3)
            }
        }

        /// As Python's own module for the journal and other loggers call it.
        @Test(
            .enabled(if: LogClient.python != nil, "skipped: python3 is not installed"),
            arguments: [
                ("python", 9020), ("gelf", 12201), ("json", 5170),
            ]
        )
        func theJournalsNameForAProgramIsOneInEveryFormat(name: String, port: Int) throws {
            let message =
                switch name {
                case "python":
                    """
                    import logging, logging.handlers
                    logging.getLogger().addHandler(logging.handlers.SocketHandler("127.0.0.1", \(port)))
                    logging.warning("text", extra={"SYSLOG_IDENTIFIER": "shop"})
                    """
                case "gelf":
                    #"send('{"version":"1.1","host":"web1","short_message":"text","_SYSLOG_IDENTIFIER":"shop"}\0')"#
                default: #"send('{"message":"text","SYSLOG_IDENTIFIER":"shop"}\n')"#
                }
            let script = """
                import socket
                def send(text): socket.create_connection(("127.0.0.1", \(port))).sendall(text.encode())
                \(message)
                """
            try InstalledHost.usingSockets(of: name) { installed, journal in
                try installed.host.succeed("/usr/bin/python3", "-c", script)
                let entry = try #require(journal.messages(in: name, count: 1).first)
                #expect(entry["MESSAGE"] == "text")
                #expect(entry["SYSLOG_IDENTIFIER"] == "shop")
                #expect(entry["SOCKSERVED_PROGRAM"] == "shop")
            }
        }
    }
}
