import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The writer of journald's protocol, with a real journald.
    @Suite
    struct JournalWriterTests {
        /// They compare with libsystemd, and are skipped where no journal runs.
        @Test
        func suitesThatNeedAJournalPass() throws {
            try InstalledHost.shared.get().use { installed in
                let copy = "/run/tests"
                let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
                try FileManager.default.copyItem(atPath: tests.path, toPath: installed.host.root + copy)
                defer { _ = try? installed.host.run("rm", copy) }
                let suites = "JournaldBackendTests|JournalComparisonTests"
                let command = [copy, "--testing-library", "swift-testing", "--filter", suites]
                let result = try installed.host.start(command).finish()
                let output = result.output + result.errors
                #expect(result.status == 0, "\(output)")
                #expect(output.contains(/JournalComparisonTests.* passed/), "\(output)")
                #expect(!output.contains("no journal is running here"), "\(output)")
            }
        }

        @Test(arguments: ["syslog", "python"])
        func everyConfirmedMessageSurvivesRestartsOfJournald(format: String) throws {
            try InstalledHost.shared.get().use { installed in
                let journal = installed.journal()
                try installed.systemctl("start", "sockserved-\(format).socket")
                let port = format == "syslog" ? 514 : 9020
                let confirmed = try installed.whileConfirming(format, port: port) { waitForConfirmed in
                    for round in 1...4 {
                        try waitForConfirmed(40 * round)
                        try installed.systemctl("restart", "systemd-journald.service")
                    }
                    try waitForConfirmed(200)
                }
                #expect(confirmed.count >= 1000)
                let recorded = try Set(journal.messages("SOCKSERVED_PROTOCOL=\(format)"))
                #expect(confirmed.filter { !recorded.contains($0) } == [])
                #expect(try installed.property("NRestarts") == "0")
            }
        }
    }
}
