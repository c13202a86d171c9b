import LogBackends
import Testing

@Suite struct HostLogsTests {
    private func host(_ standardError: Bool, _ journal: Bool, _ syslog: Bool) -> HostLogs {
        HostLogs(standardErrorIsJournal: standardError, hasJournal: journal, hasSyslog: syslog)
    }

    @Test func autoPrefersTheJournalThenSyslogThenAFile() {
        #expect(host(true, true, true).preferredBackend == .journald)
        #expect(host(true, false, true).preferredBackend == .journald)
        #expect(host(false, true, true).preferredBackend == .journald)
        #expect(host(false, true, false).preferredBackend == .journald)
        #expect(host(false, false, true).preferredBackend == .syslog)
        #expect(host(false, false, false).preferredBackend == .file)
    }

    /// In a container, operators would not find a file in `/`.
    @Test func autoTakesStandardErrorInPlaceOfAFileInRoot() {
        var host = host(false, false, false)
        host.prefersStandardError = true
        #expect(host.preferredBackend == .stderr)
        host.hasSyslog = true
        #expect(host.preferredBackend == .syslog)
        host.hasJournal = true
        #expect(host.preferredBackend == .journald)
    }
}
