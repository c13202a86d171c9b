import TestSupport
import Testing

extension SystemTests {
    /// `systemctl reload`: another configuration without a new process.
    @Suite
    struct ReloadTests {
        private static let path = "/etc/sockserved/test.toml"

        @Test
        func logLevelFollowsTheFile() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.host.write("log_level = \"info\"\n", to: Self.path)
                try installed.setFlags("--config \(Self.path)")
                try installed.systemctl("start", "sockserved.service")
                let pid = try installed.property("MainPID")
                let journal = installed.journal()
                let quiet = try installed.hello()
                #expect(try journal.has("SOCKSERVED_PEER=\(quiet.peer)", "MESSAGE=Connection closed"))
                #expect(try journal.entries("SOCKSERVED_PEER=\(quiet.peer)").map { $0["PRIORITY"] } == ["6", "6"])

                try installed.host.write("log_level = \"debug\"\n", to: Self.path)
                try installed.systemctl("reload", "sockserved.service")
                #expect(try installed.waits(for: "ActiveState", toBe: "active"))
                let loud = try installed.hello()
                #expect(try journal.exchange(with: loud.peer).map { $0["PRIORITY"] } == ["6", "7", "7", "6"])
                #expect(try installed.property("MainPID") == pid)
            }
        }

        @Test
        func wrongConfigurationIsRejectedAndTheOldOneStays() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.host.write("log_level = \"info\"\n", to: Self.path)
                try installed.setFlags("--config \(Self.path)")
                try installed.systemctl("start", "sockserved.service")
                let journal = installed.journal()
                try installed.host.write("log_level = \"debug\"\nlisten_to = \"music\"\n", to: Self.path)
                #expect(throws: CommandFailure.self) { try installed.systemctl("reload", "sockserved.service") }
                // It names the file and the key, and both the level and the process are as before.
                #expect(
                    try eventually {
                        try journal.entries("SYSLOG_IDENTIFIER=sockserved").contains {
                            $0["MESSAGE"]?.contains("listen_to") == true && $0["MESSAGE"]?.contains(Self.path) == true
                                && $0["PRIORITY"].flatMap(Int.init) ?? 9 <= 4
                        }
                    }
                )
                #expect(try installed.waits(for: "ActiveState", toBe: "active"))
                #expect(try installed.property("NRestarts") == "0")
                let answer = try installed.hello()
                #expect(try journal.has("SOCKSERVED_PEER=\(answer.peer)", "MESSAGE=Connection closed"))
                #expect(try journal.entries("SOCKSERVED_PEER=\(answer.peer)").count == 2)
            }
        }
    }
}
