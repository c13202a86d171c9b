import Foundation
import LogRecords
import Systemd
import TestSupport
import Testing

@testable import LogBackends

/// What journald keeps of entries that this writer sent, and of the same that libsystemd sent.
@Suite(.enabled(if: JournalReader.isPossible, "skipped: no journal is running here"))
struct JournalComparisonTests {
    /// An entry's fields, without a name of its own.
    struct Sample: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var fields: [(name: String, value: [UInt8])]

        init(_ description: String, fields: [(String, [UInt8])]) {
            testDescription = description
            self.fields = fields
        }

        init(_ description: String, _ value: [UInt8]) {
            self.init(description, fields: [("MESSAGE", Array("a message".utf8)), ("VALUE", value)])
        }
    }

    private static let every = (0...255).map { UInt8($0) }
    static let samples = [
        Sample("empty", []), Sample("NUL", [0]), Sample("NUL within", [97, 0, 98]), Sample("line feed", [10]),
        Sample("line feeds", [10, 97, 10, 10, 98, 10]), Sample("carriage return", [97, 13, 10]),
        Sample("equals", [61, 61]),
        Sample("every byte", every), Sample("every byte but line feed", every.filter { $0 != 10 }),
        Sample("no UTF-8", [0xFF, 0xFE, 0xC0]),
        Sample("100 KB", Array(repeating: 97, count: 100_000)),
        Sample("1 MiB of text", Array(repeating: 97, count: 1 << 20)),
        Sample("1 MiB of line feeds", Array(repeating: 10, count: 1 << 20)),
        Sample("1 MiB of all bytes", (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }),
        // Not of the size of the send buffer only: around it, a datagram becomes a file.
        Sample("the send buffer", Array(repeating: 97, count: 212_992 - 200)),
        // libsystemd cannot send more of them.
        Sample("500 fields", fields: (0..<500).map { ("FIELD_\($0)", Array("\($0)".utf8)) }),
        Sample("a name again", fields: [("MESSAGE", [97]), ("AGAIN", [49]), ("AGAIN", [50]), ("AGAIN", [49])]),
        Sample("no message", fields: [("OTHER", [97])]),
    ]

    private func bytes(_ sample: Sample, _ test: String, _ way: String) -> [UInt8] {
        var entry: [UInt8] = []
        // libsystemd adds an identifier where there is none.
        let marks = [("SYSLOG_IDENTIFIER", "test"), ("TEST_ID", test), ("TEST_WAY", way)].map { ($0, Array($1.utf8)) }
        for (name, value) in sample.fields + marks {
            entry.appendField(Array("\(name)=".utf8).span, value.span)
        }
        return entry
    }

    private func send(_ entry: [UInt8]) {
        var batch = LogBatch()
        batch.bytes = entry
        batch.endRecord()
        let output = JournalOutput(path: Journal.socketPath)
        let outcome = output.write([batch], skipping: 0)
        #expect(outcome.done == 1 && outcome.rejected.isEmpty && outcome.failure == nil)
    }

    private func expectSame(_ own: [NativeField], _ library: [NativeField]) {
        let (own, library) = (JournalReader.comparable(own), JournalReader.comparable(library))
        let isSame = own == library
        #expect(isSame, "\(own.map(\.name)) and \(library.map(\.name))")
    }

    @Test(arguments: samples)
    func journaldKeepsTheSameOfBoth(sample: Sample) throws {
        let test = UUID().uuidString
        send(bytes(sample, test, "own"))
        #expect(NativeEntry.sendByLibrary(bytes(sample, test, "library").span) == nil)
        let own = try #require(JournalReader.entries(1, "TEST_ID=\(test)", "TEST_WAY=own").first)
        let library = try #require(JournalReader.entries(1, "TEST_ID=\(test)", "TEST_WAY=library").first)
        expectSame(own, library)
        for field in sample.fields where field.name != "AGAIN" {
            let isKept = own.contains(NativeField(name: field.name, value: field.value))
            #expect(isKept, "\(field.name) is not as sent")
        }
        #expect(own.contains(NativeField(name: "_TRANSPORT", value: Array("journal".utf8))))
    }

    /// libsystemd rejects so many.
    @Test func thousandFieldsArrive() throws {
        let test = UUID().uuidString
        let sample = Sample("1,000 fields", fields: (0..<998).map { ("FIELD_\($0)", Array("value \($0)\n".utf8)) })
        send(bytes(sample, test, "own"))
        let entry = try #require(JournalReader.entries(1, "TEST_ID=\(test)").first)
        let found = entry.filter { $0.name.hasPrefix("FIELD_") }
        #expect(found.count == 998)
        #expect(Set(found.map(\.name)).count == 998)
        #expect(found.allSatisfy { $0.value == Array("value \($0.name.dropFirst(6))\n".utf8) })
    }

    /// As a backend's encoder makes them, with as many fields as a sender likes.
    @Test(arguments: [0, 1, 127, 128, 129, 1000])
    func recordsAreKeptAsLibsystemdSendsThem(extra: Int) throws {
        let test = UUID().uuidString
        let backend = JournaldBackend(identifier: test, facility: .daemon, fieldPrefix: "SOCKSERVED_")
        let record = LogRecord.ofLocalSender { record in
            for key in FieldKey.allCases where key != .appName && key != .logger { record.set(key, "two\nlines") }
            for index in 0..<extra { record.extra("n\(index)", "value \(index)") }
        }
        let entry = LogBatch([record], by: backend).bytes
        send(entry)
        #expect(NativeEntry.sendByLibrary(entry.span) == nil)
        let found = try JournalReader.entries(2, "SYSLOG_IDENTIFIER=\(test)")
        try #require(found.count == 2)
        expectSame(found[0], found[1])
        let kept = Set(found[0])
        for field in NativeField.read(entry) { #expect(kept.contains(field), "\(field.name)") }
    }
}
