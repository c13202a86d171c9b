import Testing

extension SystemTests {
    /// Starting and stopping, by hand, by a client, and by having nothing to do.
    @Suite
    struct StartTests {
        @Test
        func startAloneBringsItsSocket() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("start", "sockserved.service")
                #expect(try installed.host.run("systemctl", "is-active", "sockserved.socket").output == "active\n")
                #expect(try installed.hello().reply == "Hello, client!")
            }
        }

        @Test
        func statusTellsFigures() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("start", "sockserved.service")
                let status = try installed.host.succeed("systemctl", "status", "sockserved.service").output
                #expect(status.contains("active (running)"))
                // Beside the other socket units, which are not active.
                #expect(status.contains(/TriggeredBy: ([○●] \S+\n\s+)*● sockserved\.socket\n/), "\(status)")
                #expect(status.count { $0 == "●" } == 2, "\(status)")
                #expect(status.contains(/Status: ".*listeners: 1;.*"/), "\(status)")
                #expect(status.contains(/Status: ".*journald.*"/), "\(status)")
            }
        }

        @Test
        func firstConnectionStartsItAndIsAnswered() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.socket")
                #expect(try installed.property("ActiveState") == "inactive")
                let answer = try installed.hello()
                #expect(answer.reply == "Hello, client!")
                #expect(try installed.property("ActiveState") == "active")
                #expect(try journal.exchange(with: answer.peer).count == 4)
            }
        }

        @Test
        func stopIsOrderly() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let answer = try installed.hello()
                try installed.systemctl("stop", "sockserved.service")
                #expect(try installed.property("Result") == "success")
                #expect(try installed.property("ExecMainStatus") == "0")
                #expect(try installed.property("ExecMainCode") == "1")
                #expect(try journal.exchange(with: answer.peer).last?["MESSAGE"] == "Connection closed")
            }
        }

        @Test
        func exitsWhenIdleAndComesBackWithTheNextConnection() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--exit-idle-time 300ms")
                try installed.systemctl("start", "sockserved.socket")
                #expect(try installed.hello().reply == "Hello, client!")
                let first = try installed.property("InvocationID")
                #expect(try installed.waits(for: "ActiveState", toBe: "inactive"))
                #expect(try installed.property("Result") == "success")
                #expect(try installed.hello().reply == "Hello, client!")
                #expect(try installed.property("InvocationID") != first)
            }
        }

        @Test
        func wrongFlagsFailAtOnceAndSayWhy() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.setFlags("--log-level loud")
                #expect(throws: CommandFailure.self) { try installed.systemctl("start", "sockserved.service") }
                #expect(try installed.property("ExecMainStatus") == "64")
                #expect(try installed.property("NRestarts") == "0")
                #expect(try journal.strayOutput().contains { $0.contains("loud") && $0.contains("--log-level") })
            }
        }

        @Test
        func runsWithoutPrivileges() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("start", "sockserved.service")
                let pid = try installed.property("MainPID")
                let status = try installed.host.succeed("cat", "/proc/\(pid)/status").output
                for capabilities in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
                    #expect(status.contains("\(capabilities):\t0000000000000000"), "\(status)")
                }
                #expect(status.contains("NoNewPrivs:\t1"))
                #expect(status.contains("Seccomp:\t2"))
                #expect(!status.contains("Uid:\t0"))
                let network = try installed.host.succeed("readlink", "/proc/\(pid)/ns/net", "/proc/1/ns/net").lines
                #expect(Set(network).count == 2)
            }
        }
    }
}
