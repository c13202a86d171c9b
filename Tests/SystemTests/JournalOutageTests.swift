import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The journal goes away, or stands still, and comes back.
    @Suite
    struct JournalOutageTests {
        @Test
        func stoppedForTenSecondsDelaysRecordsAndLosesNone() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    try journal.waitForExchanges(50)
                    try installed.systemctl(
                        "stop",
                        "systemd-journald.socket",
                        "systemd-journald-dev-log.socket",
                        "systemd-journald.service"
                    )
                    // The length of the outage, as promised: not a wait for something to happen.
                    Thread.sleep(forTimeInterval: 10)
                    try installed.systemctl(
                        "start",
                        "systemd-journald.socket",
                        "systemd-journald-dev-log.socket",
                        "systemd-journald.service"
                    )
                }
                #expect(load.failures == [])
                try journal.expectRecords(of: load)
                #expect(try installed.property("NRestarts") == "0")
                #expect(try installed.hello().reply == "Hello, client!")
            }
        }

        @Test
        func standingStillMakesClientsWait() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    try journal.waitForExchanges(50)
                    let pid = try installed.host.succeed(
                        "systemctl",
                        "show",
                        "systemd-journald.service",
                        "--value",
                        "-p",
                        "MainPID"
                    ).lines[0]
                    try installed.host.succeed("kill", "-STOP", pid)
                    Thread.sleep(forTimeInterval: 3)
                    try installed.host.succeed("kill", "-CONT", pid)
                }
                #expect(load.failures == [])
                try journal.expectRecords(of: load)
                #expect(try installed.property("NRestarts") == "0")
            }
        }

        @Test
        func restartedUnderLoadLosesNoRecord() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    for round in 1...3 {
                        try journal.waitForExchanges(50 * round)
                        try installed.systemctl("restart", "systemd-journald.service")
                    }
                }
                #expect(load.failures == [])
                try journal.expectRecords(of: load)
            }
        }
    }
}
