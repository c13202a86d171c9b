import Foundation
import LogRecords
import TestSupport
import Testing

@testable import LogBackends

private let program = "/lib/systemd/systemd-journal-remote"

/// What systemd-journal-remote keeps of entries: it ignores an entry that is not as it wants it, and answers 202.
@Suite(.enabled(if: access(program, X_OK) == 0, "systemd-journal-remote is not installed"))
struct RemoteProgramTests {
    private let backend = JournalRemoteBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")

    /// Any bytes, or those that mean something in an entry.
    private static func bytes(upTo count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        let special = Array("=\n_\0A0".utf8)
        return (0..<Int.random(in: 0...count, using: &generator)).map { _ in
            Bool.random(using: &generator)
                ? special[Int.random(in: 0..<special.count, using: &generator)]
                : .random(in: 0...255, using: &generator)
        }
    }

    /// A record with names, values and times that no sender should choose.
    private static func record(_ number: Int, _ names: [[UInt8]], _ generator: inout SeededGenerator) -> LogRecord {
        func name() -> [UInt8] { names[Int.random(in: 0..<names.count, using: &generator)] }
        let seconds = [.min, -1, 0, 1, 1_795_424_400, 1 << 36, .max] as [Int64]
        let time = WallTime(seconds: seconds[number % seconds.count], nanoseconds: 999)
        var record = LogRecord(nil, severity: .warning, time: time, origin: LogRecord.ofSender().origin)
        record.claimedTime = WallTime(seconds: seconds[number / 7 % seconds.count], nanoseconds: 999_999_999)
        record.message = Array("message \(number)\n\n__REALTIME_TIMESTAMP=x\n\n".utf8)
        record.extra("test_number", integer: Int64(number))
        for key in FieldKey.allCases where Bool.random(using: &generator) {
            record.set(key, to: bytes(upTo: 40, &generator).span)
        }
        for _ in 0..<Int.random(in: 0...100, using: &generator) {
            record.extra(name(), bytes: bytes(upTo: 20, &generator))
            record.structured(name(), name(), bytes(upTo: 9, &generator))
        }
        if number % 50 == 0 { record.extra("large", bytes: Array(repeating: 10, count: 1 << 20)) }
        return record
    }

    @Test func everyEntryIsKeptWithAllItsFields() throws {
        var generator = SeededGenerator(seed: 202)
        // Not a new name each time: a file is full when it has some hundreds of them.
        let names = (0..<20).map { _ in Self.bytes(upTo: 70, &generator) }
        let records = (0..<100).map { Self.record($0, names, &generator) }
        let text = LogBatch(records, by: backend).bytes
        let sent = NativeField.readEntries(text)
        try #require(sent.count == records.count)
        let kept = try Self.kept(of: text)
        #expect(kept.count == sent.count)
        for (number, entry) in sent.enumerated() {
            let name = NativeField(name: "TEST_NUMBER", value: Array("\(number)".utf8))
            let missing = Set(entry).subtracting(kept.first { $0.contains(name) } ?? [])
            #expect(missing.isEmpty, "\(number): \(missing.map(\.name))")
        }
    }

    private static func kept(of text: [UInt8]) throws -> [[NativeField]] {
        let directory = try TemporaryDirectory()
        let (input, output) = (directory.path("entries"), directory.path("kept"))
        try Data(text).write(to: URL(filePath: input))
        let store = "\(program) --split-mode=none --output='\(directory.path("test.journal"))' - <'\(input)'"
        let isStored = SystemCommand.run("sh", "-c", store)
        try #require(isStored)
        let isRead = SystemCommand.run("sh", "-c", "journalctl -D '\(directory.path)' -q -o export >'\(output)'")
        try #require(isRead)
        return NativeField.readEntries(Array(try Data(contentsOf: URL(filePath: output))))
    }
}
