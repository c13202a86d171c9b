import TestSupport
import Testing

extension SystemTests {
    /// The backends journald and journal-remote with the programs of a later systemd.
    ///
    /// From 253 on journald keeps the first entry of a datagram and drops others.
    @Suite(.enabled(if: NewerSystemd.isThere, "skipped: there is no newer systemd (make deps-test)"))
    struct NewerJournaldTests {
        private func use(_ body: (InstalledHost) throws -> Void) throws {
            try NewerSystemd.host.get().use { installed in
                try #require(NewerSystemd.version(in: installed.host) >= 253)
                try body(installed)
            }
        }

        @Test
        func suitesThatNeedAJournalPass() throws {
            try use { try $0.runJournalSuites() }
        }

        @Test
        func everyConfirmedMessageSurvivesRestartsOfJournald() throws {
            try use { try $0.confirmThroughRestartsOfJournald("syslog") }
        }

        @Test(.enabled(if: RemoteJournal.isInstalled, "systemd-journal-remote is not installed"))
        func everyConfirmedMessageSurvivesKillsOfJournalRemote() throws {
            try RemoteJournal.use(on: try NewerSystemd.host.get()) { try $1.confirmThroughKills("syslog") }
        }
    }
}
