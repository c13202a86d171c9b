import Foundation
import Linux
import LogRecords
import Systemd
import TestSupport
import Testing

@testable import LogBackends

private let hasJournal = access(Journal.socketPath, F_OK) == 0

@Suite struct JournaldBackendTests {
    private static let event = Event(name: "test", messageID: "0123456789abcdef0123456789abcdef")
    private let backend = JournaldBackend(identifier: "sockserved", facility: .local7, fieldPrefix: "SOCKSERVED_")

    /// The fields of one encoded record, as text with one scalar to a byte so that nothing is lost.
    private func fields(of batch: LogBatch, _ index: Int) -> [String] {
        NativeField.read(Array(batch.bytes[batch.range(of: index)])).map { field in
            let value = String(String.UnicodeScalarView(field.value.map { Unicode.Scalar($0) }))
            return "\(field.name)=\(value)"
        }
    }

    private func record(_ text: String, origin: Origin? = nil) -> LogRecord {
        var record = LogRecord(Self.event, severity: .warning, origin: origin)
        record.append(text)
        return record
    }

    private let commonFields = [
        "PRIORITY=4", "SYSLOG_IDENTIFIER=sockserved", "SYSLOG_FACILITY=23",
        "MESSAGE_ID=0123456789abcdef0123456789abcdef",
    ]

    @Test func fieldsAreLinesAndThoseOfSeveralLinesHaveTheirLength() {
        var second = record("a")
        second.message = Array("b\nc".utf8)
        second.set(.data, to: Array("\n".utf8).span)
        let batch = LogBatch([record("a"), second], by: backend)
        let common = commonFields.joined(separator: "\n") + "\n"
        #expect(batch.count == 2)
        #expect(batch.bytes[batch.range(of: 0)] == Array("MESSAGE=a\n\(common)".utf8)[...])
        let three = "\u{3}\0\0\0\0\0\0\0"
        let one = "\u{1}\0\0\0\0\0\0\0"
        #expect(
            Array(batch.bytes[batch.range(of: 1)])
                == Array("MESSAGE\n\(three)b\nc\n\(common)SOCKSERVED_DATA\n\(one)\n\n".utf8)
        )
    }

    @Test func aConnectionSaysWhoAndWhere() {
        let internet = Origin(
            protocolName: "hello",
            listener: "web",
            peer: .internet(address: "::1", port: 40000),
            connection: .max
        )
        let unix = Origin(protocolName: "echo", listener: "x", peer: .unix(pid: 1, uid: 2, gid: .max), connection: 3)
        let path = Origin(protocolName: "discard", listener: "y", peer: .unixPath("/run/c"), connection: nil)
        let none = Origin(protocolName: "hello", listener: "z", peer: nil, connection: nil)
        let batch = LogBatch([internet, unix, path, none].map { record("a", origin: $0) }, by: backend)
        let start = ["MESSAGE=a"] + commonFields
        #expect(
            fields(of: batch, 0) == start + [
                "SOCKSERVED_PROTOCOL=hello", "SOCKSERVED_LISTENER=web", "SOCKSERVED_PEER=[::1]:40000",
                "SOCKSERVED_PEER_ADDRESS=::1", "SOCKSERVED_PEER_PORT=40000",
                "SOCKSERVED_CONNECTION=18446744073709551615",
            ]
        )
        #expect(
            fields(of: batch, 1) == start + [
                "SOCKSERVED_PROTOCOL=echo", "SOCKSERVED_LISTENER=x", "SOCKSERVED_PEER=unix:pid=1,uid=2,gid=4294967295",
                "SOCKSERVED_PEER_PID=1", "SOCKSERVED_PEER_UID=2", "SOCKSERVED_PEER_GID=4294967295",
                "SOCKSERVED_CONNECTION=3",
            ]
        )
        #expect(
            fields(of: batch, 2) == start + [
                "SOCKSERVED_PROTOCOL=discard", "SOCKSERVED_LISTENER=y", "SOCKSERVED_PEER=unix:/run/c",
            ]
        )
        #expect(fields(of: batch, 3) == start + ["SOCKSERVED_PROTOCOL=hello", "SOCKSERVED_LISTENER=z"])
    }

    @Test func dataIsExactAndNumbersAreDecimal() {
        let data = (0...255).map { UInt8($0) }
        var record = record("line\nPRIORITY=0")
        record.set(.data, to: data.span)
        record.set(.bytesReceived, to: .max)
        record.set(.errno, to: -1)
        record.set(.data, to: [UInt8]().span)
        let batch = LogBatch([record], by: backend)
        let exact = String(String.UnicodeScalarView(data.map { Unicode.Scalar($0) }))
        #expect(
            fields(of: batch, 0) == ["MESSAGE=line\\nPRIORITY=0"] + commonFields + [
                "SOCKSERVED_DATA=\(exact)", "SOCKSERVED_BYTES_RECEIVED=9223372036854775807", "ERRNO=-1",
                "SOCKSERVED_DATA=",
            ]
        )
    }

    @Test(.enabled(if: !hasJournal, "skipped: a journal is running here"))
    func withoutAJournalNothingIsCommitted() {
        let batch = LogBatch([record("a")], by: backend)
        let outcome = JournalOutput(path: Journal.socketPath).write([batch], skipping: 0)
        #expect(outcome.done == 0)
        #expect(outcome.failure?.errno == Errno(ENOENT))

        let error = #expect(throws: SystemError.self) {
            try backend.open()
        }
        #expect(
            error?.description == "cannot connect to /run/systemd/journal/socket: No such file or directory; "
                + "is systemd-journald running? otherwise choose another log backend"
        )
    }

    @Test(.enabled(if: hasJournal, "skipped: no journal is running here"))
    func entriesArriveWholeAndInOrder() throws {
        let identifier = "sockserved-test-\(UUID().uuidString)"
        let backend = JournaldBackend(identifier: identifier, facility: .daemon, fieldPrefix: "SOCKSERVED_")
        var batches: [LogBatch] = []
        for index in 0..<100 {
            let records = (0..<3).map { part in
                var record = record("\(index * 3 + part)")
                // Every tenth is above the limit of a datagram.
                record.set(.data, to: [UInt8](repeating: 0xFF, count: index % 10 == 0 ? 300_000 : 10).span)
                return record
            }
            batches.append(LogBatch(records, by: backend))
        }
        let outcome = try backend.open().write(batches, skipping: 1)
        #expect(outcome.done == 299)
        #expect(outcome.rejected.isEmpty)
        #expect(outcome.failure == nil)

        let messages = (1..<300).map { "\($0)" }
        var found: [String] = []
        let arrived = try eventually {
            let output = try journal(identifier, field: "MESSAGE")
            found = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
            return found.count >= messages.count
        }
        #expect(arrived)
        #expect(found == messages)
        let data = try journal(identifier, field: "SOCKSERVED_DATA")
        #expect(data.count { $0 == 0xFF } == 29 * 300_000 + 270 * 10)
    }

    @Test(.enabled(if: hasJournal, "skipped: no journal is running here"))
    func whateverASenderChoosesItsEntryArrivesAndForgesNothing() throws {
        let identifier = "sockserved-test-\(UUID().uuidString)"
        let backend = JournaldBackend(identifier: identifier, facility: .daemon, fieldPrefix: "SOCKSERVED_")
        let records = Self.hostileRecords()
        let batch = LogBatch(records, by: backend)
        let outcome = try backend.open().write([batch], skipping: 0)
        #expect(outcome.done == records.count)
        #expect(outcome.rejected.isEmpty && outcome.failure == nil)

        var entries: [[String: Any]] = []
        let arrived = try eventually {
            let output = try JournalReader.journalctl(["-o", "json", "--all", "-t", identifier])
            entries = try output.split(separator: UInt8(ascii: "\n")).compactMap {
                try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any]
            }
            return entries.count >= records.count
        }
        try #require(arrived)
        let first = entries[0]
        let expected: [String: Any] = [
            "MESSAGE": "hello", "PRIORITY": "4", "SYSLOG_FACILITY": "3", "_TRANSPORT": "journal", "A_B": "0",
            "F_A_B": "1", "F__PID": "2", "F_": "3", "GR__E": "4", "F_9": "5", "F_MESSAGE": "forged",
            "F_PRIORITY": "forged", "F_SYSLOG_IDENTIFIER": "forged", "F_MESSAGE_ID": "forged",
            "F__TRANSPORT": "forged", "X_1_PRIORITY": "forged", String(repeating: "N", count: 64): "long",
            "SYSLOG_SD_EX_32473_A_B": ["1", "2"], "SYSLOG_SD_EMPTY": "",
        ]
        for (name, value) in expected {
            #expect(first[name] as? NSObject == value as? NSObject, "\(name) is \(first[name] ?? "missing")")
        }
        #expect(first["MESSAGE_ID"] == nil)
        #expect(first["_PID"] as? String == "\(getpid())")

        let second = entries[1]
        #expect(second["N127"] as? String == "127\n")
        #expect(second["STACK_INFO"] as? String == "two\nlines")
        let extra = try #require(second["SOCKSERVED_EXTRA"] as? String)
        let rest = try #require(try JSONSerialization.jsonObject(with: Data(extra.utf8)) as? [String: String])
        #expect(rest.count == 10_000 - 128)
        let data = try #require(second["SOCKSERVED_STRUCTURED_DATA"] as? String)
        #expect(data.hasPrefix(#"{"sd":{"p0":"0","p1":"1","#) && data.hasSuffix(#""p1999":"1999"}}"#))
    }

    /// A record with names that forge others, and one with more than journald keeps, every value in several lines.
    private static func hostileRecords() -> [LogRecord] {
        [
            .ofLocalSender { record in
                for (index, name) in ["a b", "A_B", "_PID", "", "größe", "9"].enumerated() {
                    record.extra(name, integer: Int64(index))
                }
                for name in ["MESSAGE", "priority", "SYSLOG_IDENTIFIER", "MESSAGE_ID", "_TRANSPORT", "x=1\nPRIORITY"] {
                    record.extra(name, "forged")
                }
                record.extra(String(repeating: "n", count: 10_000), "long")
                record.structured("ex@32473", "a.b", "1")
                record.structured("ex@32473", "a.b", "2")
                record.structured("empty", "", "")
            },
            // Far more than journald keeps, and every value in more than one line.
            .ofLocalSender { record in
                for key in FieldKey.allCases where key != .appName && key != .logger { record.set(key, "two\nlines") }
                for index in 0..<10_000 { record.extra("n\(index)", "\(index)\n") }
                for index in 0..<2000 { record.structured("sd", "p\(index)", "\(index)") }
            },
        ]
    }

    /// One field's value of each entry, in order, each on a line.
    private func journal(_ identifier: String, field: String) throws -> [UInt8] {
        try JournalReader.journalctl(["-o", "cat", "--all", "--output-fields", field, "-t", identifier])
    }
}
