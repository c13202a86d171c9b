import Foundation
import TestSupport
import Testing

@testable import Systemd

@Suite struct JournalStreamTests {
    @Test func onlyTheNamedStreamIsTheJournal() throws {
        let directory = try TemporaryDirectory()
        let stream = try UnixReceiver(.stream, at: directory.path("stream"))
        let other = try UnixReceiver(.stream, at: directory.path("other"))
        var status = stat()
        fstat(stream.descriptor, &status)
        let right = "\(status.st_dev):\(status.st_ino)"

        #expect(JournalStream.isJournal(stream.descriptor) { $0 == "JOURNAL_STREAM" ? right : nil })
        #expect(!JournalStream.isJournal(other.descriptor) { _ in right })
        #expect(!JournalStream.isJournal(-1) { _ in right })
        #expect(!JournalStream.isJournal(stream.descriptor) { _ in nil })
        let length = right.utf8.count
        for wrong in (0..<length).map({ String(right.prefix($0)) }) + [right + ":", right + "x", "x" + right, ":"] {
            #expect(!JournalStream.isJournal(stream.descriptor) { _ in wrong }, "\(wrong)")
        }
    }
}
