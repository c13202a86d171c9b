import Testing

extension SystemTests {
    /// The example sockets: other kinds, other names, several for one daemon.
    @Suite
    struct SocketTests {
        @Test
        func unixSocketTellsTheProcessAtTheOtherEnd() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-unix.socket")
                let answer = try installed.hello(to: "unix:/run/sockserved.sock")
                #expect(answer.reply == "Hello, client!")
                let entries = try journal.exchange(with: answer.peer)
                #expect(entries.count == 4)
                for entry in entries {
                    #expect(entry["SOCKSERVED_LISTENER"] == "hello")
                    #expect(entry["SOCKSERVED_PEER_PID"] == "\(answer.pid)")
                    #expect(entry["SOCKSERVED_PEER_UID"] == "0")
                    #expect(entry["SOCKSERVED_PEER_GID"] == "0")
                }
            }
        }

        /// A user namespace of the daemon's own would turn every id but root's and its own into 65534.
        @Test
        func unixSocketTellsEveryUserApart() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-unix.socket")
                _ = try installed.hello(to: "unix:/run/sockserved.sock")
                try installed.host.succeed(
                    "setpriv",
                    "--reuid=4321",
                    "--regid=8765",
                    "--clear-groups",
                    "/run/hello-client",
                    "once",
                    "unix:/run/sockserved.sock",
                    "from a user"
                )
                #expect(
                    try journal.has("SOCKSERVED_PEER_UID=4321", "SOCKSERVED_PEER_GID=8765", "MESSAGE=Connection closed")
                )
            }
        }

        @Test
        func datagramsAreAnsweredAndRecorded() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-udp.socket")
                let answer = try installed.hello("a datagram", to: "udp:127.0.0.1:12345")
                #expect(answer.reply == "Hello, client!")
                let entries = try journal.exchange(with: answer.peer, count: 2)
                #expect(
                    entries.map { $0["MESSAGE"] } == [
                        "Received data from \(answer.peer): a datagram", "Sent data to \(answer.peer): Hello, client!",
                    ]
                )
                #expect(entries.map { $0["SOCKSERVED_LISTENER"] } == ["hello", "hello"])
                #expect(entries.map { $0["SOCKSERVED_CONNECTION"] } == [nil, nil])
            }
        }

        @Test
        func severalSocketsShareOneDaemon() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("start", "sockserved-unix.socket", "sockserved-udp.socket", "sockserved.socket")
                for address in ["tcp:127.0.0.1:12345", "udp:127.0.0.1:12345", "unix:/run/sockserved.sock"] {
                    #expect(try installed.hello(to: address).reply == "Hello, client!")
                }
                #expect(try installed.property("StatusText").contains("listeners: 3"))
            }
        }

        /// All four kinds of one unit; the first message starts the daemon, and its sender is known all the same.
        @Test
        func syslogSocketsTakeMessagesIn() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-syslog.socket")
                let ways = [
                    "dgram": ["--socket", "/run/sockserved-syslog.dgram"],
                    "stream": ["--socket", "/run/sockserved-syslog.sock"],
                    "tcp": ["--server", "127.0.0.1", "--port", "514", "--tcp"],
                    "udp": ["--server", "127.0.0.1", "--port", "514", "--udp"],
                ]
                for (name, way) in ways.sorted(by: { $0.key < $1.key }) {
                    let command = ["logger", "--priority", "local3.err", "--tag", name] + way + ["by \(name)"]
                    let result = try installed.host.start(command).finish()
                    #expect(result.status == 0, "\(result)")
                    let peer = name == "tcp" || name == "udp" ? "ADDRESS=127.0.0.1" : "UID=0"
                    #expect(
                        try journal.has(
                            "MESSAGE=by \(name)",
                            "PRIORITY=3",
                            "SYSLOG_FACILITY=19",
                            "SYSLOG_IDENTIFIER=\(name)",
                            "SOCKSERVED_LISTENER=syslog",
                            "SOCKSERVED_PEER_\(peer)"
                        ),
                        "\(name)"
                    )
                }
            }
        }

        /// IPv6 and another port, by a drop-in for the socket.
        @Test
        func otherAddressesAreTheSocketUnitsBusiness() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.host.write(
                    "[Socket]\nListenStream=\nListenStream=[::1]:7000\n",
                    to: "/etc/systemd/system/sockserved.socket.d/test.conf"
                )
                try installed.host.succeed("systemctl", "daemon-reload")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let answer = try installed.hello(to: "tcp:[::1]:7000")
                #expect(answer.reply == "Hello, client!")
                #expect(try journal.exchange(with: answer.peer).first?["SOCKSERVED_PEER_ADDRESS"] == "::1")
            }
        }

        @Test
        func unknownSocketNameIsAConfigurationError() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.host.write(
                    "[Socket]\nFileDescriptorName=nonsense\n",
                    to: "/etc/systemd/system/sockserved.socket.d/test.conf"
                )
                try installed.host.succeed("systemctl", "daemon-reload")
                let journal = installed.journal()
                #expect(throws: CommandFailure.self) { try installed.systemctl("start", "sockserved.service") }
                #expect(try installed.property("ExecMainStatus") == "78")
                let said = try journal.strayOutput().joined(separator: "\n")
                #expect(said.contains("nonsense") && said.contains("hello"), "\(said)")
            }
        }
    }
}
