import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `make install` on the host itself: enabled units, kept files, messages.
    ///
    /// Each test has a host of its own.
    @Suite
    struct HostInstallTests {
        private static let checkout = "/run/checkout"

        /// What installing needs, in the host: the checkout may be where the host has a tmpfs.
        private func boot() throws -> InstalledHost {
            let host = try SystemdHost()
            let top = URL(fileURLWithPath: SystemdHost.script("../..")).standardizedFileURL.path
            try FileManager.default.createDirectory(
                atPath: host.root + Self.checkout,
                withIntermediateDirectories: true
            )
            for part in ["Makefile", "systemd", "packaging"] {
                try FileManager.default.copyItem(
                    atPath: "\(top)/\(part)",
                    toPath: "\(host.root + Self.checkout)/\(part)"
                )
            }
            try FileManager.default.copyItem(
                atPath: InstalledHost.binary,
                toPath: "\(host.root + Self.checkout)/sockserved"
            )
            return InstalledHost(on: host)
        }

        @discardableResult
        private func make(_ arguments: String..., in installed: InstalledHost) throws -> CommandResult {
            let command = ["make", "--no-print-directory", "-C", Self.checkout, "BINARY=sockserved"]
            let result = try installed.host.start(command + arguments).finish()
            guard result.status == 0 else { throw CommandFailure(result: result) }
            return result
        }

        private func isEnabled(_ unit: String, in installed: InstalledHost) throws -> Bool {
            try installed.host.run("systemctl", "is-enabled", unit).output == "enabled\n"
        }

        @Test
        func firstTimeEnablesHelloAndALaterOneKeepsTheChoice() throws {
            let installed = try boot()
            let first = try make("install", in: installed).lines.last
            #expect(first == "Installed. Start it with: systemctl start sockserved")
            #expect(try isEnabled("sockserved.socket", in: installed))
            #expect(try !installed.isListening(on: 12345))
            try installed.systemctl("start", "sockserved")
            #expect(try installed.hello().reply == "Hello, client!")
            let pid = try installed.property("MainPID")

            let said = try make("install", in: installed).lines.last
            #expect(said?.hasSuffix("replace it with: systemctl restart sockserved") == true, "\(said ?? "")")
            #expect(try installed.property("MainPID") == pid)

            try installed.systemctl("disable", "--now", "sockserved.socket")
            try installed.systemctl("enable", "sockserved-json.socket")
            try make("install", in: installed)
            #expect(try !isEnabled("sockserved.socket", in: installed))
            #expect(try isEnabled("sockserved-json.socket", in: installed))
            try installed.systemctl("start", "sockserved")
            #expect(try installed.isListening(on: 5170) && !installed.isListening(on: 12345))
        }

        /// An earlier version put its units beside those of packages, and enabled them another way.
        @Test
        func unitsMoveFromTheOldPlace() throws {
            let installed = try boot()
            let old = "/lib/systemd/system"
            try make("install", "UNITDIR=\(old)", "CATALOGDIR=/usr/lib/systemd/catalog", in: installed)
            try installed.systemctl("enable", "sockserved-json.socket")
            for unit in ["sockserved.socket", "sockserved-json.socket"] {
                try installed.host.succeed("rm", "/etc/systemd/system/sockserved.service.wants/\(unit)")
            }
            try installed.systemctl("start", "sockserved-json.socket", "sockserved.socket")
            #expect(try installed.hello().reply == "Hello, client!")

            try make("install", in: installed)
            #expect(try installed.host.succeed("find", "/usr/lib/systemd/", "-name", "sockserved*").lines == [])
            #expect(try installed.host.succeed("find", "\(old)/", "-name", "sockserved*").lines == [])
            let links = try installed.host.succeed("sh", "-c", "readlink /etc/systemd/system/*.wants/sockserved*").lines
            #expect(links.count == 4)
            #expect(links.allSatisfy { $0.hasPrefix(InstalledHost.units) }, "\(links)")
            try installed.systemctl("restart", "sockserved")
            #expect(try installed.hello().reply == "Hello, client!")
            #expect(try installed.isListening(on: 5170))

            try make("uninstall", in: installed)
            #expect(try !installed.isListening(on: 5170) && !installed.isListening(on: 12345))
            #expect(try installed.host.run("sh", "-c", "ls /etc/systemd/system/*.wants/sockserved*").output == "")
        }

        /// A package's units at the old place are none of ours.
        @Test
        func unitsOfAPackageStay() throws {
            let installed = try boot()
            try make("install", "PREFIX=/usr", in: installed)
            let path = "/lib/systemd/system/sockserved.service"
            #expect(try installed.host.run("test", "-e", path).status == 0)
            try make("install", in: installed)
            try make("uninstall", in: installed)
            #expect(try installed.host.run("test", "-e", path).status == 0)
        }
    }
}
