import LogBackends
import Testing

@Suite struct BackendSelectorTests {
    private func host(_ standardError: Bool, _ journal: Bool, _ syslog: Bool) -> BackendSelector.Host {
        BackendSelector.Host(standardErrorIsJournal: standardError, hasJournal: journal, hasSyslog: syslog)
    }

    @Test func autoPrefersTheJournalThenSyslogThenAFile() {
        #expect(BackendSelector.select(.auto, on: host(true, true, true)) == .journald)
        #expect(BackendSelector.select(.auto, on: host(true, false, true)) == .journald)
        #expect(BackendSelector.select(.auto, on: host(false, true, true)) == .journald)
        #expect(BackendSelector.select(.auto, on: host(false, true, false)) == .journald)
        #expect(BackendSelector.select(.auto, on: host(false, false, true)) == .syslog)
        #expect(BackendSelector.select(.auto, on: host(false, false, false)) == .file)
    }

    @Test(arguments: [(BackendChoice.journald, BackendSelector.Backend.journald), (.syslog, .syslog), (.file, .file)])
    func explicitChoicesStayWhateverTheHostHas(_ choice: BackendChoice, _ backend: BackendSelector.Backend) {
        for bits in 0..<8 {
            let host = host(bits & 1 != 0, bits & 2 != 0, bits & 4 != 0)
            #expect(BackendSelector.select(choice, on: host) == backend)
        }
    }
}
