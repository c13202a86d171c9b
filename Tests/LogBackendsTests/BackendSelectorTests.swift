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

    /// In a container, a file in `/` would be found by nobody.
    @Test func autoTakesStandardErrorInPlaceOfAFileInRoot() {
        var host = host(false, false, false)
        host.prefersStandardError = true
        #expect(BackendSelector.select(.auto, on: host) == .stderr)
        #expect(BackendSelector.select(.file, on: host) == .file)
        host.hasSyslog = true
        #expect(BackendSelector.select(.auto, on: host) == .syslog)
        host.hasJournal = true
        #expect(BackendSelector.select(.auto, on: host) == .journald)
    }

    @Test func theChoiceOfABackendSelectsIt() {
        for backend in BackendSelector.Backend.allCases {
            #expect(BackendSelector.select(backend.choice, on: host(true, true, true)) == backend)
        }
    }

    @Test(arguments: [
        (BackendChoice.journald, BackendSelector.Backend.journald), (.syslog, .syslog), (.file, .file),
        (.stderr, .stderr), (.stdout, .stdout),
    ])
    func explicitChoicesStayWhateverTheHostHas(_ choice: BackendChoice, _ backend: BackendSelector.Backend) {
        for bits in 0..<8 {
            let host = host(bits & 1 != 0, bits & 2 != 0, bits & 4 != 0)
            #expect(BackendSelector.select(choice, on: host) == backend)
        }
    }
}
