import Foundation
import Linux
import TestSupport
import Testing

extension SystemTests {
    /// The journal goes away, or stands still, and comes back.
    @Suite
    struct JournalOutageTests {
        /// Its sockets stay, so records wait in their queues.
        @Test
        func restartOfTenSecondsDelaysRecordsAndLosesNone() throws {
            try InstalledHost.shared.get().use { installed in
                let dropIn = "/run/systemd/system/systemd-journald.service.d/slow.conf"
                try installed.host.write("[Service]\nExecStartPre=/bin/sleep 10\n", to: dropIn)
                defer { _ = try? installed.host.run("rm", dropIn) }
                try installed.host.succeed("systemctl", "daemon-reload")
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    try journal.waitForExchanges(50)
                    try installed.systemctl("restart", "systemd-journald.service")
                    try journal.waitForExchanges(100)
                }
                #expect(load.failures == [])
                #expect(load.slowest > 8)
                try journal.expectRecords(of: load)
                #expect(try installed.property("NRestarts") == "0")
            }
        }

        /// Without its sockets no record can be written, so clients get no answer until they are back.
        @Test
        func clientsOfAStoppedJournalAreAnsweredWhenItIsBack() throws {
            try InstalledHost.shared.get().use { installed in
                let units = ["systemd-journald.socket", "systemd-journald-dev-log.socket", "systemd-journald.service"]
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                #expect(try installed.hello().reply == "Hello, client!")
                try installed.host.succeed("journalctl", "--sync")
                _ = try installed.host.start(["systemctl", "stop"] + units).finish()
                let load = try installed.underLoad {
                    // The length of the outage: not a wait for something to happen.
                    Thread.sleep(forTimeInterval: 4)
                    _ = try installed.host.start(["systemctl", "start"] + units).finish()
                    try journal.waitForExchanges(50)
                }
                #expect(load.failures == [])
                #expect(load.slowest > 3)
                try journal.expectRecords(of: load)
                #expect(try installed.property("NRestarts") == "0")
            }
        }

        @Test
        func standingStillMakesClientsWait() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    try journal.waitForExchanges(50)
                    try installed.suspendJournald(for: 3)
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
