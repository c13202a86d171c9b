import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The other two backends, as the unit confines them.
    @Suite
    struct BackendTests {
        @Test
        func syslogGetsTheFourLines() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--log-backend syslog")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let answer = try installed.hello()
                #expect(try journal.has("_TRANSPORT=syslog", "MESSAGE=Connection closed"))
                let entries = try journal.entries("_TRANSPORT=syslog", "SYSLOG_IDENTIFIER=sockserved")
                let start = try #require(
                    entries.firstIndex { $0["MESSAGE"] == "Connection established with \(answer.peer)" }
                )
                let four = entries[start...].prefix(4)
                #expect(
                    four.map { $0["MESSAGE"] }.dropFirst() == [
                        "Received data: Hello, server!", "Sent data: Hello, client!", "Connection closed",
                    ]
                )
                #expect(four.map { $0["PRIORITY"] } == ["6", "7", "7", "6"])
                for entry in four {
                    #expect(entry["SYSLOG_FACILITY"] == "3")
                    #expect(try entry["SYSLOG_PID"] == installed.property("MainPID"))
                }
            }
        }

        @Test
        func fileIsInTheLogsDirectory() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--log-backend file")
                try installed.systemctl("start", "sockserved.service")
                let answer = try installed.hello()
                #expect(try eventually { try installed.log().hasSuffix(":INFO:Connection closed\n") })
                let text = try installed.log()
                let time = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}"
                let lines = [
                    "INFO:Connection established with \(answer.peer)", "DEBUG:Received data: Hello, server!",
                    "DEBUG:Sent data: Hello, client!", "INFO:Connection closed",
                ]
                let pattern =
                    lines.map { "\(time):" + NSRegularExpression.escapedPattern(for: $0) + "\n" }.joined() + "$"
                #expect(text.range(of: pattern, options: .regularExpression) != nil, "\(text)")
                let modes = try installed.host.succeed(
                    "stat",
                    "-L",
                    "-c",
                    "%a",
                    "/var/log/sockserved",
                    "/var/log/sockserved/server.log"
                )
                #expect(modes.output == "750\n640\n")
            }
        }

        @Test
        func fileIsKeptOverARestart() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--log-backend file")
                try installed.systemctl("start", "sockserved.service")
                _ = try installed.hello("before the restart")
                try installed.systemctl("restart", "sockserved.service")
                _ = try installed.hello("after the restart")
                let text = try installed.log()
                #expect(text.contains("Received data: before the restart\n"))
                #expect(text.contains("Received data: after the restart\n"))
            }
        }

        @Test
        func renameAndReloadLosesNoRecordUnderLoad() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--log-backend file")
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    for number in 1...5 {
                        #expect(try eventually { try installed.log().contains("Connection closed") })
                        try installed.host.succeed(
                            "mv",
                            "/var/log/sockserved/server.log",
                            "/var/log/sockserved/server.log.\(number)"
                        )
                        try installed.systemctl("reload", "sockserved.service")
                    }
                }
                #expect(load.failures == [])
                try installed.systemctl("stop", "sockserved.service")
                let text = try installed.host.succeed("sh", "-c", "cat /var/log/sockserved/server.log*").output
                #expect(load.missing(from: text) == [])
                #expect(text.components(separatedBy: "INFO:Connection closed\n").count == load.answered.count + 1)
            }
        }

        @Test(
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/logrotate"),
                "logrotate is not installed"
            )
        )
        func logrotateFollowsTheInstalledRules() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--log-backend file")
                try installed.systemctl("start", "sockserved.service")
                _ = try installed.hello("before the rotation")
                try installed.host.succeed("logrotate", "--force", "/etc/logrotate.d/sockserved")
                _ = try installed.hello("after the rotation")
                #expect(try eventually { try installed.log().contains("after the rotation") })
                #expect(try !installed.log().contains("before the rotation"))
                #expect(try installed.log("server.log.1").contains("before the rotation"))
                #expect(try installed.property("NRestarts") == "0")
            }
        }
    }
}

extension InstalledHost {
    /// What a log file holds; empty when there is none.
    func log(_ name: String = "server.log") throws -> String {
        try host.run("cat", "/var/log/sockserved/\(name)").output
    }
}

extension InstalledHost.Load {
    /// What was answered and is not recorded exactly once in the text of a log.
    func missing(from text: String) -> [String] {
        let marker = "Received data: "
        var counts: [Substring: Int] = [:]
        for line in text.split(separator: "\n") {
            guard let range = line.firstRange(of: marker) else { continue }
            counts[line[range.upperBound...], default: 0] += 1
        }
        return answered.filter { counts[Substring($0)] != 1 }
    }
}
