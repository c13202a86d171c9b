import LogRecords
import Testing

@Suite struct SeverityTests {
    @Test func namesLeadBack() {
        #expect(Severity.allCases.count == 8)
        for severity in Severity.allCases {
            #expect(Severity(name: severity.name) == severity)
        }
        #expect(Severity(name: "informational") == nil)
        #expect(Severity(name: "") == nil)
        #expect(Severity(name: "DEBUG") == nil)
    }

    /// The names of journalctl, syslog and Python.
    @Test(arguments: [
        ("emerg", Severity.emergency), ("PANIC", .emergency), ("0", .emergency), ("Alert", .alert), ("crit", .critical),
        ("CRITICAL", .critical), ("fatal", .critical), ("err", .error), ("ERROR", .error), ("3", .error),
        ("warn", .warning), ("WARNING", .warning), ("4", .warning), ("notice", .notice), ("info", .informational),
        ("INFO", .informational), ("informational", .informational), ("debug", .debug), ("7", .debug),
    ])
    func usualNamesAreKnownInAnyCase(text: String, severity: Severity) {
        #expect(Severity(anyName: text) == severity)
    }

    @Test(arguments: ["", "8", "-1", "+4", "04", "10", "loud", "warn ", "WARNINGS", "ſ", "\u{130}nfo"])
    func othersAreNone(text: String) {
        #expect(Severity(anyName: text) == nil)
    }

    @Test func theMoreUrgentIsGreater() {
        #expect(Severity.emergency > .debug)
        #expect(Severity.allCases.sorted().map(\.rawValue) == [7, 6, 5, 4, 3, 2, 1, 0])
        #expect(Severity.allCases.filter { $0 >= .error } == [.emergency, .alert, .critical, .error])
    }

    @Test func pythonNumbersRiseWithUrgency() {
        let numbers = Severity.allCases.sorted().map(\.pythonNumber)
        #expect(numbers == [10, 20, 25, 30, 40, 50, 60, 70])
        #expect(Severity.informational.pythonName.description == "INFO")
    }

    @Test func levelsOfPythonAreReadAsTheNextHigher() {
        let levels: [(Double, Severity)] = [
            (-5, .debug), (10, .debug), (10.5, .informational), (20, .informational), (25, .warning), (30, .warning),
            (40, .error), (50, .critical), (51, .alert), (.infinity, .alert),
        ]
        for (number, severity) in levels { #expect(Severity(pythonLevel: number) == severity) }
    }
}
