import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// What the Debian package brings, keeps and takes away.
    @Suite(.enabled(if: DebianPackage.obstacle == nil, "skipped: \(DebianPackage.obstacle ?? "")"))
    struct PackageTests {
        private static let sockets = ["sockserved-syslog.socket", "sockserved-json.socket"]
        private static let configuration = "/etc/sockserved/sockserved.toml"
        /// The daemon's own records are left out, so that journald's limit is far away.
        private static let edited = "log_level = \"notice\" # edited\n"
        /// The catalog's entry of the daemon's start.
        private static let catalogEntry = "51816f8efb3d41b0b3ebeb208f29758c"

        private let directory: TemporaryDirectory

        init() throws {
            directory = try TemporaryDirectory()
        }

        /// In one test, since each step depends on the previous one.
        @Test func isInstalledUpgradedRemovedReinstalledAndPurged() throws {
            let package = try DebianPackage(in: directory.path("this"))
            let next = try DebianPackage(version: "99.0", in: directory.path("next"))
            let packages = try PackageHost()
            let before = try packages.files()
            try installs(package, on: packages)
            try upgrades(to: next, on: packages)
            try removes(on: packages)
            try reinstalls(next, on: packages)
            try purges(on: packages)
            let after = try packages.files()
            #expect(after.subtracting(before) == [])
            #expect(before.subtracting(after) == [])
        }

        private func installs(_ package: DebianPackage, on packages: PackageHost) throws {
            try packages.install(package)
            #expect(try packages.listeningSockets() == [])
            #expect(try packages.traces() == [])
            // Loaded for TLS, and not linked.
            let owner = "dpkg-query -S '*/libssl.so.*' | sed 's/:.*//' | sort -u"
            let library = try packages.host.succeed("sh", "-c", owner)
            let recommended = try packages.host.succeed("dpkg-query", "-W", "-f", "${Recommends}\n", "sockserved")
            #expect(recommended.output == library.output)
            let states = try packages.host.run("systemctl", "is-enabled", "sockserved.service", "sockserved.socket")
            #expect(states.output == "disabled\ndisabled\n")
            let version = try packages.host.succeed("dpkg-query", "-W", "-f", "sockserved ${Version}\n", "sockserved")
            #expect(try packages.host.succeed("sockserved", "--version").output == version.output)
            #expect(try packages.host.succeed("journalctl", "--list-catalog").output.contains(Self.catalogEntry))
        }

        /// With senders before, during and after it.
        private func upgrades(to next: DebianPackage, on packages: PackageHost) throws {
            let host = packages.host
            try host.write(Self.edited, to: Self.configuration)
            try host.succeed("systemctl", "enable", "--now", Self.sockets[0], Self.sockets[1])
            let journal = Journal(host)
            let senders = try start(sendersOn: host)
            #expect(try journal.has("MESSAGE=message 1"))
            let old = try packages.property("MainPID")
            try packages.install(next)
            try host.write("", to: "/run/upgraded")
            let result = senders.finish()
            #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
            let sent = try #require(Int(result.lines.last ?? ""), "\(result)")
            #expect(sent >= 400)

            let new = try packages.property("MainPID")
            #expect(new != old)
            var found: [Journal.Entry] = []
            _ = try eventually {
                found = try journal.entries("SOCKSERVED_PROTOCOL=syslog").filter {
                    $0["MESSAGE"]?.hasPrefix("message ") == true
                }
                return found.count >= sent
            }
            #expect(found.count == sent)
            #expect(Set(found.compactMap { $0["MESSAGE"] }) == Set((1...sent).map { "message \($0)" }))
            #expect(Set(found.compactMap { $0["_PID"] }) == [old, new])
            #expect(try text(of: Self.configuration, on: host) == Self.edited)
            let states = try host.run("systemctl", "is-active", Self.sockets[0], Self.sockets[1])
            #expect(states.output == "active\nactive\n")
        }

        /// `logger` after `logger`, each a connection of its own, until the upgrade is done.
        private func start(sendersOn host: SystemdHost) throws -> RunningCommand {
            let script = """
                sent=0
                while [ "$sent" -lt 400 ] || [ ! -e /run/upgraded ]; do
                    for _ in {1..20}; do
                        sent=$((sent + 1))
                        logger --server 127.0.0.1 --tcp --port 514 "message $sent" &
                    done
                    sleep 0.1
                done
                wait
                echo "$sent"
                """
            return try host.start(["bash", "-c", script])
        }

        private func removes(on packages: PackageHost) throws {
            try packages.dpkg("--remove", "sockserved")
            #expect(try packages.traces() == [])
            #expect(try packages.listeningSockets() == [])
            #expect(try packages.host.run("systemctl", "--failed", "--quiet").output.isEmpty)
            #expect(try text(of: Self.configuration, on: packages.host) == Self.edited)
        }

        private func reinstalls(_ package: DebianPackage, on packages: PackageHost) throws {
            let host = packages.host
            try packages.install(package)
            let states = try host.run("systemctl", "is-enabled", Self.sockets[0], Self.sockets[1], "sockserved.socket")
            #expect(states.output == "enabled\nenabled\ndisabled\n")
            #expect(try text(of: Self.configuration, on: host) == Self.edited)
            #expect(try packages.listeningSockets() == [])
            let journal = Journal(host)
            try host.succeed("systemctl", "start", Self.sockets[1])
            try host.succeed("bash", "-c", "echo '{\"msg\":\"once more\"}' >/dev/tcp/127.0.0.1/5170")
            #expect(try journal.has("MESSAGE=once more"))
        }

        /// From a running daemon, which has written files.
        private func purges(on packages: PackageHost) throws {
            try packages.host.write("a record\n", to: "/var/log/private/sockserved/server.log")
            try packages.dpkg("--purge", "sockserved")
            #expect(try packages.traces() == [])
            #expect(try packages.listeningSockets() == [])
            #expect(try packages.host.run("systemctl", "list-unit-files", "--quiet", "sockserved*").lines == [])
            #expect(try !packages.host.succeed("journalctl", "--list-catalog").output.contains(Self.catalogEntry))
        }

        private func text(of path: String, on host: SystemdHost) throws -> String {
            try host.succeed("cat", path).output
        }
    }
}
