import Foundation
import Linux
import Testing

@testable import Systemd

private let hasJournal = access(Journal.socketPath, F_OK) == 0

@Suite struct JournalTests {
    @Test func fieldNames() {
        for name in ["A", "MESSAGE", "SOCKSERVED_DATA", "A_1", String(repeating: "A", count: 64)] {
            #expect(Journal.isFieldName(name), "\(name)")
        }
        for name in ["", "_PID", "1A", "a", "Ab", "A-B", "A=B", "A B", "Ä", String(repeating: "A", count: 65)] {
            #expect(!Journal.isFieldName(name), "\(name)")
        }
    }

    @Test func fieldsThatJournaldWouldDropAreErrors() {
        #expect(throws: Errno(EINVAL)) { try Journal.send([("message", [0x61])]) }
        #expect(throws: Errno(EINVAL)) { try Journal.send([]) }
    }

    @Test(.enabled(if: !hasJournal, "skipped: a journal is running here"))
    func withoutAJournalEntriesAreErrors() {
        #expect(throws: Errno(ENOENT)) { try Journal.send([("MESSAGE", [0x61])]) }
        #expect(throws: Errno(ENOENT)) { try Journal.probe() }
    }

    @Test(.enabled(if: hasJournal, "skipped: no journal is running here"))
    func entriesAreTaken() throws {
        try Journal.probe()
        try Journal.send([("MESSAGE", Array("sockserved unit test".utf8)), ("PRIORITY", [0x37])])
    }
}
