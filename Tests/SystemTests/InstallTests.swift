import Foundation
import Testing

extension SystemTests {
    /// The files that `make install` installs and `make uninstall` removes.
    @Suite
    struct InstallTests {
        @Test(arguments: [
            "/usr/local/sbin/sockserved", "/usr/local/lib/systemd/system/sockserved.service",
            "/usr/local/lib/systemd/system/sockserved.socket", "/usr/local/share/man/man8/sockserved.8",
            "/usr/local/share/man/man5/sockserved.toml.5", "/usr/local/share/man/man7/sockserved-formats.7",
            "/etc/logrotate.d/sockserved",
            "/etc/sockserved/sockserved.toml", "/etc/logcheck/ignore.d.server/sockserved",
            "/usr/local/share/bash-completion/completions/sockserved",
        ])
        func installs(path: String) throws {
            let host = try InstalledHost.shared.get().host
            // A man page may be compressed.
            #expect(try host.run("sh", "-c", "test -s \(path) || test -s \(path).gz").status == 0)
        }

        @Test(arguments: ["sockserved.service", "sockserved.socket"])
        func manKnowsThePageByTheUnitsName(unit: String) throws {
            let host = try InstalledHost.shared.get().host
            let page = try host.succeed("man", "-M", "/usr/local/share/man", "8", unit)
            #expect(page.output.hasPrefix("SOCKSERVED(8)"), "\(page)")
        }

        @Test
        func unitsHaveNoFault() throws {
            let host = try InstalledHost.shared.get().host
            let units = InstalledHost.sockets + ["sockserved.service"]
            let result = try host.start(["systemd-analyze", "verify"] + units).finish()
            #expect(result.status == 0, "\(result)")
            #expect(result.output + result.errors == "")
        }

        /// Of 10; Debian's own syslog daemons have 9.6.
        @Test
        func exposureIsAtMostTheBar() throws {
            try InstalledHost.shared.get().use { installed in
                let offline = try installed.host.succeed(
                    "systemd-analyze",
                    "security",
                    "--offline=true",
                    "--threshold=4",
                    "\(InstalledHost.units)/sockserved.service"
                )
                try installed.systemctl("start", "sockserved.service")
                let live = try installed.host.run("systemd-analyze", "security", "--threshold=4", "sockserved.service")
                #expect(live.status == 0, "\(live)")
                for result in [offline, live] {
                    let score = try #require(result.output.firstMatch(of: /exposure level for .*: ([0-9.]+)/))
                    #expect(try #require(Double(score.1)) <= 0.4, "\(result)")
                }
            }
        }

        @Test
        func daemonSaysItsVersion() throws {
            let host = try InstalledHost.shared.get().host
            let result = try host.run("/usr/local/sbin/sockserved", "--version")
            #expect(result.status == 0, "\(result)")
            #expect(result.output.contains(/[0-9]+\.[0-9]+/))
        }

        @Test
        func enablesForTheNextBoot() throws {
            let host = try InstalledHost.shared.get().host
            try host.succeed("systemctl", "enable", "sockserved.service")
            defer { _ = try? host.run("systemctl", "disable", "sockserved.service", "sockserved.socket") }
            #expect(
                try host.run("systemctl", "is-enabled", "sockserved.service", "sockserved.socket").output
                    == "enabled\nenabled\n"
            )
        }

        /// On a host of its own, as other tests need the removed files.
        @Test
        func uninstallTakesAwayWhatInstallBrought() throws {
            let host = try SystemdHost()
            let before = try files(of: host)
            let installed = InstalledHost(on: host)
            try installed.make("install")
            let brought = try files(of: host).subtracting(before)
            #expect(brought.count > 8)
            try installed.make("uninstall")
            // Files that may have been edited stay without PURGE=1.
            let kept = try files(of: host).subtracting(before)
            #expect(
                kept == [
                    "/etc/sockserved/sockserved.toml", "/etc/logrotate.d/sockserved",
                    "/etc/logcheck/ignore.d.server/sockserved",
                ]
            )
            try installed.make("uninstall", "PURGE=1")
            #expect(try files(of: host).subtracting(before) == [])
        }

        /// Files that are newer than the host, where one may install.
        private func files(of host: SystemdHost) throws -> Set<String> {
            let places = "/etc /usr/local /usr/lib/systemd /usr/share/man /var"
            let find = "find \(places) -xdev -path /var/log/journal -prune -o"
            return try Set(host.succeed("sh", "-c", "\(find) ! -type d -newer /etc/hostname -print").lines)
        }
    }
}
