import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Restarts, crashes and hangs, with clients that go on as if nothing was.
    @Suite
    struct FailureTests {
        @Test
        func restartUnderLoadRefusesNoClientAndLosesNoRecord() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    for round in 1...5 {
                        try journal.waitForExchanges(50 * round)
                        try installed.systemctl("restart", "sockserved.service")
                    }
                }
                #expect(load.failures == [])
                #expect(try installed.property("NRestarts") == "0")
                try journal.expectRecords(of: load)
                #expect(
                    try eventually { try journal.messages("MESSAGE=Connection closed").count == load.answered.count }
                )
            }
        }

        @Test
        func killedDaemonComesBackAndNoAnsweredClientIsMissing() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    try journal.waitForExchanges(50)
                    try installed.host.succeed("kill", "-KILL", installed.property("MainPID"))
                    #expect(try installed.waits(for: "NRestarts", toBe: "1"))
                    #expect(try installed.waits(for: "ActiveState", toBe: "active"))
                }
                // Those that were being served were cut off, and none was refused.
                #expect(load.failures.allSatisfy { !$0.contains("refused") }, "\(load.failures)")
                #expect(try installed.hello().reply == "Hello, client!")
                try journal.expectRecords(of: load)
            }
        }

        @Test
        func killedDaemonHasSyncedWhatItAnswered() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.setFlags("--log-backend file --log-sync data")
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    #expect(try eventually { try installed.log().components(separatedBy: "closed\n").count > 50 })
                    try installed.host.succeed("kill", "-KILL", installed.property("MainPID"))
                    #expect(try installed.waits(for: "NRestarts", toBe: "1"))
                }
                try installed.systemctl("stop", "sockserved.service")
                #expect(try load.missing(from: installed.log()) == [])
            }
        }

        /// Swift's crash handler would keep it: it starts a program, which the sandbox does not let it.
        @Test
        func crashedDaemonComesBackAtOnce() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.systemctl("start", "sockserved.service")
                let environment = "/proc/\(try installed.property("MainPID"))/environ"
                #expect(try installed.host.succeed("cat", environment).output.contains("SWIFT_BACKTRACE=enable=no"))
                try installed.host.succeed("kill", "-SEGV", installed.property("MainPID"))
                #expect(try installed.waits(for: "NRestarts", toBe: "1"))
                #expect(try installed.hello().reply == "Hello, client!")
            }
        }

        @Test
        func hungDaemonIsReplacedByTheWatchdog() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.dropIn("WatchdogSec=2s")
                try installed.systemctl("start", "sockserved.service")
                #expect(try installed.hello().reply == "Hello, client!")
                let pid = try installed.property("MainPID")
                try installed.host.succeed("kill", "-STOP", pid)
                #expect(try installed.waits(for: "NRestarts", toBe: "1"))
                #expect(try installed.hello().reply == "Hello, client!")
                #expect(try installed.property("MainPID") != pid)
                #expect(try journal.strayOutput() == [])
            }
        }

        @Test
        func watchdogIsFedWhileNothingHappens() throws {
            try InstalledHost.shared.get().use { installed in
                try installed.dropIn("WatchdogSec=1s")
                try installed.systemctl("start", "sockserved.service")
                let first = try #require(Int(installed.property("WatchdogTimestampMonotonic")))
                #expect(
                    try eventually {
                        try Int(installed.property("WatchdogTimestampMonotonic")) ?? 0 > first + 2_500_000
                    },
                    "\(installed.status)"
                )
                #expect(try installed.property("NRestarts") == "0")
            }
        }

        /// Where the filter would return EPERM, here it kills: so the daemon lives only if it calls nothing forbidden.
        @Test
        func makesNoForbiddenSystemCall() throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.dropIn("SystemCallErrorNumber=kill")
                try installed.systemctl("start", "sockserved.service")
                let load = try installed.underLoad {
                    try journal.waitForExchanges(100)
                    try installed.systemctl("reload", "sockserved.service")
                }
                #expect(load.failures == [])
                try installed.systemctl("stop", "sockserved.service")
                #expect(try installed.property("Result") == "success")
                #expect(try installed.property("NRestarts") == "0")
            }
        }
    }
}

extension Journal {
    /// Expects that each answered client's text is recorded once.
    func expectRecords(of load: InstalledHost.Load, location: SourceLocation = #_sourceLocation) throws {
        #expect(load.answered.count > 0, sourceLocation: location)
        var missing: [String] = []
        let isComplete = try eventually {
            missing = try load.missing(from: messages("SYSLOG_IDENTIFIER=sockserved").joined(separator: "\n"))
            return missing.isEmpty
        }
        #expect(isComplete, "of \(load.answered.count): \(missing)", sourceLocation: location)
    }
}
