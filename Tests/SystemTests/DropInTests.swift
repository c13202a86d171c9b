import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The drop-ins that are installed with the documentation, each copied according to its first lines.
    @Suite
    struct DropInTests {
        private static let service = "/etc/systemd/system/sockserved.service.d"
        private static let socket = "/etc/systemd/system/sockserved-syslog.socket.d"

        @Test
        func logNamespaceKeepsTheHostsJournalClean() throws {
            try InstalledHost.shared.get().use { installed in
                defer {
                    _ = try? installed.host.run("rm", "-f", "/etc/systemd/journald@sockserved.conf")
                    _ = try? installed.host.run("systemctl", "stop", "systemd-journald@sockserved.service")
                }
                try installed.copyDropIn("log-namespace.conf", to: Self.service)
                try installed.copyDropIn("journald@sockserved.conf", to: "/etc/systemd")
                try installed.systemctl("daemon-reload")
                let host = installed.journal()
                try installed.systemctl("start", "sockserved-syslog.socket", "sockserved.service")
                let message = "Failed password for root, in a namespace"
                let address = ["--server", "127.0.0.1", "--tcp", "--port", "514"]
                let sent = ["logger", "--tag", "sshd", "--priority", "auth.info"] + address + [message]
                #expect(try installed.host.start(sent).finish().status == 0)
                let read = ["journalctl", "--quiet", "-o", "cat", "MESSAGE=\(message)"]
                #expect(
                    try eventually {
                        try installed.host.start(read + ["--namespace=sockserved"]).finish().lines == [message]
                    }
                )
                try installed.host.succeed("journalctl", "--sync")
                #expect(try installed.host.start(read).finish().lines == [])
                #expect(try host.entries("SYSLOG_IDENTIFIER=sockserved") == [])
                #expect(try installed.host.start(read + ["--namespace=+sockserved"]).finish().lines == [message])
            }
        }

        @Test
        func ownPortsAreOpenedByTheDaemon() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("disable", "sockserved.socket")
                try installed.setFlags("--listen syslog@tcp:127.0.0.1:7000")
                try installed.copyDropIn("own-ports.conf", to: Self.service)
                try installed.systemctl("daemon-reload")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved")
                try installed.send("to an own port", "--server", "127.0.0.1", "--tcp", "--port", "7000")
                try journal.expectSent(["to an own port"])
                // The listener's record is enough: its line is not printed, too.
                #expect(try journal.strayOutput() == [])
                #expect(try journal.messages("SYSLOG_IDENTIFIER=sockserved").count { $0.contains(" serves ") } == 1)
            }
        }

        @Test
        func portBelow1024TakesAnotherDropIn() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("disable", "sockserved.socket")
                try installed.setFlags("--listen syslog@tcp:127.0.0.1:514")
                try installed.copyDropIn("own-ports.conf", to: Self.service)
                try installed.systemctl("daemon-reload")
                let journal = installed.journal()
                #expect(throws: CommandFailure.self) { try installed.systemctl("start", "sockserved") }
                #expect(try installed.property("ExecMainStatus") == "77")
                let said = try journal.strayOutput().joined()
                #expect(said.contains("AmbientCapabilities=CAP_NET_BIND_SERVICE"), "\(said)")
                try installed.copyDropIn("privileged-port.conf", to: Self.service)
                try installed.systemctl("daemon-reload")
                try installed.systemctl("start", "sockserved")
                try installed.send("to port 514", "--server", "127.0.0.1", "--tcp", "--port", "514")
                try journal.expectSent(["to port 514"])
            }
        }

        /// The sender is another network namespace, with an address that is allowed and one that is not.
        @Test
        func accessByAddressLetsOnlyTheNamedHostsIn() throws {
            try InstalledHost.shared.get().use { installed in
                let network = """
                    set -e
                    ip netns add far
                    ip link add near type veth peer name away
                    ip link set away netns far
                    for net in 192.0.2 198.51.100; do
                        ip address add $net.1/24 dev near
                        ip -n far address add $net.2/24 dev away
                    done
                    ip link set near up
                    ip -n far link set away up
                    """
                try installed.host.succeed("sh", "-c", network)
                defer { _ = try? installed.host.run("ip", "netns", "delete", "far") }
                try installed.edit("sockserved-syslog.socket", "[Socket]", "ListenStream=0.0.0.0:1514")
                try installed.copyDropIn("access-by-address.conf", to: Self.socket)
                try installed.systemctl("daemon-reload")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-syslog.socket")
                let send = { (address: String) in
                    let text = "echo '<13>sender: to \(address)' | ip netns exec far nc -N -w 3 \(address) 1514"
                    return try installed.host.run("sh", "-c", text).status
                }
                #expect(try send("192.0.2.1") == 0)
                #expect(try send("198.51.100.1") != 0)
                try installed.send("from here", "--server", "127.0.0.1", "--tcp", "--port", "1514")
                try journal.expectSent(["from here"])
                #expect(try journal.has("MESSAGE=to 192.0.2.1", "SOCKSERVED_PEER_ADDRESS=192.0.2.2"))
                #expect(try journal.messages("MESSAGE=to 198.51.100.1") == [])
            }
        }

        @Test
        func readersOfALogFileAreAGroup() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--log-backend file")
                try installed.systemctl("start", "sockserved")
                _ = try installed.hello("before")
                let path = "/var/log/sockserved/server.log"
                let read = ["setpriv", "--reuid=4321", "--regid=4321", "--groups=4", "cat", path]
                #expect(try installed.host.start(read).finish().status != 0)
                let user =
                    "id sockserved-log || useradd --system --no-create-home --home-dir / "
                    + "--shell /usr/sbin/nologin sockserved-log"
                try installed.host.succeed("sh", "-c", user)
                try installed.copyDropIn("readers.conf", to: Self.service)
                try installed.systemctl("daemon-reload")
                try installed.systemctl("restart", "sockserved")
                _ = try installed.hello("after")
                // Group 4 is adm.
                let text = try installed.host.start(read).finish()
                #expect(text.status == 0, "\(text)")
                #expect(text.output.contains("Received data: before\n"))
                #expect(text.output.contains("Received data: after\n"))
            }
        }
    }
}
