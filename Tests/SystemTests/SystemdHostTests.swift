import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The host that all other tests here rely on.
    @Suite
    struct SystemdHostTests {
        @Test
        func runsARealSystemdWithANetworkAndAJournal() throws {
            let host = try SystemdHost()
            #expect(try host.run("cat", "/proc/1/comm").output == "systemd\n")
            #expect(try host.run("systemctl", "--failed", "--quiet").output.isEmpty)
            #expect(try host.succeed("logger", "--id", "hello, journal").status == 0)
            #expect(
                try eventually {
                    try host.run("journalctl", "-q", "-o", "cat", "-t", "root").output == "hello, journal\n"
                }
            )
            #expect(try host.run("ip", "-brief", "link").output.contains("lo"))
            #expect(try host.run("ip", "-brief", "link").lines.count == 1)
        }

        @Test
        func keepsWhatIsWrittenToIt() throws {
            let host = try SystemdHost()
            try host.write("written\n", to: "/etc/sockserved-written-in-the-host")
            #expect(try host.run("cat", "/etc/sockserved-written-in-the-host").output == "written\n")
            #expect(!FileManager.default.fileExists(atPath: "/etc/sockserved-written-in-the-host"))
        }

        @Test
        func leavesNothingRunning() throws {
            let before = try ownControlGroups()
            let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
            let host = try SystemdHost()
            #expect(try ownControlGroups() == before + 1)
            #expect(try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) == mounts)
            host.end()
            #expect(!FileManager.default.fileExists(atPath: "/proc/\(host.pid)/root/run"))
            #expect(try eventually { try ownControlGroups() == before })
        }

        /// How many control groups of hosts there are.
        private func ownControlGroups() throws -> Int {
            let find =
                "unshare --mount sh -c 'mount -t cgroup2 none /mnt && find /mnt -name \"sockserved-host.*\" | wc -l'"
            let result = try RunningCommand(["sh", "-c", find]).finish()
            return try #require(Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(result)")
        }
    }
}
