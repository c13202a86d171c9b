import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// A mistake in the configuration file, at a restart and at a reload.
    @Suite
    struct FaultyConfigurationTests {
        private static let path = "/etc/sockserved/test.toml"

        /// The sockets stay, waiting messages are recorded when the file is corrected, and the journal stays readable.
        @Test
        func waitingClientsAreServedWhenTheFileIsMended() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.host.write("", to: Self.path)
                try installed.setFlags("--config \(Self.path)")
                try installed.systemctl("enable", "sockserved-syslog.socket")
                try installed.systemctl("start", "sockserved")
                let journal = installed.journal()
                try installed.host.write("x = 1\n", to: Self.path)
                #expect(throws: CommandFailure.self) { try installed.systemctl("restart", "sockserved") }
                let begin = ContinuousClock.now
                try installed.send("by UDP", "--server", "127.0.0.1", "--udp", "--port", "514")
                var messages = ["by UDP"]
                for number in 1...50 {
                    try installed.send("by TCP \(number)", "--server", "127.0.0.1", "--tcp", "--port", "514")
                    messages.append("by TCP \(number)")
                }
                // Two attempts more, which the waiting clients have caused.
                #expect(try eventually { try journal.strayOutput().count >= 3 })
                #expect(ContinuousClock.now - begin > .seconds(5))
                let state = try installed.host.run("systemctl", "is-active", "sockserved-syslog.socket").output
                #expect(state == "active\n")
                #expect(try journal.strayOutput().allSatisfy { $0.contains("x: unknown key") })
                try installed.host.write("", to: Self.path)
                #expect(try installed.waits(for: "ActiveState", toBe: "active"))
                try journal.expectSent(messages)
            }
        }

        @Test
        func withoutWaitingClientsThereIsOneAttempt() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.host.write("x = 1\n", to: Self.path)
                try installed.setFlags("--config \(Self.path)")
                let journal = installed.journal()
                #expect(throws: CommandFailure.self) { try installed.systemctl("start", "sockserved") }
                // Longer than the pause between attempts.
                Thread.sleep(forTimeInterval: 7)
                #expect(try journal.strayOutput().count == 1)
                #expect(try installed.property("ActiveState") == "failed")
                try installed.host.write("", to: Self.path)
                // The next client starts it.
                #expect(try installed.hello().reply == "Hello, client!")
            }
        }

        @Test
        func reloadFailsAndTheStatusSaysSoUntilAGoodOne() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.host.write("", to: Self.path)
                try installed.setFlags("--config \(Self.path)")
                try installed.systemctl("start", "sockserved")
                let pid = try installed.property("MainPID")
                let journal = installed.journal()
                try installed.host.write("x = 1\n", to: Self.path)
                #expect(throws: CommandFailure.self) { try installed.systemctl("reload", "sockserved") }
                let time = #/^configuration rejected at [0-9]{2}:[0-9]{2}:[0-9]{2}, the previous one is in use; /#
                #expect(try eventually { try installed.property("StatusText").contains(time) })
                #expect(try journal.strayOutput().count == 1)
                #expect(try journal.strayOutput().first?.contains("x: unknown key") == true)
                #expect(try installed.hello().reply == "Hello, client!")
                #expect(try installed.property("MainPID") == pid)

                try installed.host.write("", to: Self.path)
                try installed.systemctl("reload", "sockserved")
                #expect(try eventually { try !installed.property("StatusText").contains("rejected at") })
                // A good one prints nothing.
                #expect(try journal.strayOutput().count == 1)
            }
        }
    }
}
