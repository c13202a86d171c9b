import Foundation
import Linux
import LogRecords
import Systemd
import TestSupport
import Testing

@testable import LogBackends

/// Senders' records as journal entries.
@Suite struct JournalEntryTests {
    private let backend = JournaldBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")

    private func fields(_ record: LogRecord) throws -> [NativeField] {
        let fields = NativeField.read(LogBatch([record], by: backend).bytes)
        #expect(fields.allSatisfy { Journal.isFieldName($0.name) })
        // libsystemd 252 sends a field in up to 5 pieces; the kernel takes 1024.
        #expect(fields.count * 5 + 2 <= 1024)
        return fields
    }

    private func text(_ record: LogRecord) throws -> [String] {
        try fields(record).map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }
    }

    /// What of an entry is the sender's choice, by name.
    private func chosen(_ record: LogRecord) throws -> [String] {
        try text(record).filter { !$0.hasPrefix("SOCKSERVED_") }.dropFirst(4).map { $0 }
    }

    @Test func everyRowOfTheTableHasItsField() throws {
        var found = try fields(.full)
        let raw = try #require(found.firstIndex { $0.name == "SYSLOG_RAW" })
        #expect(found.remove(at: raw).value == [0x3C, 0xFF, 0x0A])
        let blob = try #require(found.firstIndex { $0.name == "BLOB" })
        #expect(found.remove(at: blob).value == [0xFF])
        #expect(
            found.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" } == [
                "MESSAGE=hello\nTraceback:\n  ValueError: x\nStack:\n  here", "PRIORITY=4",
                "SYSLOG_IDENTIFIER=web-1.example.org/nginx", "SYSLOG_FACILITY=19",
                "SOCKSERVED_TIMESTAMP=2020-09-13T12:26:40.005000Z",
                "SOCKSERVED_PROTOCOL=syslog", "SOCKSERVED_LISTENER=logs", "SOCKSERVED_PEER=192.0.2.7:514",
                "SOCKSERVED_PEER_ADDRESS=192.0.2.7", "SOCKSERVED_PEER_PORT=514", "SOCKSERVED_CONNECTION=9",
                "SOCKSERVED_PROGRAM=nginx", "SYSLOG_PID=1234", "SYSLOG_HOSTNAME=web-1.example.org", "SYSLOG_MSGID=ID47",
                "SYSLOG_TIMESTAMP=Sep 13 12:26:40", "LOGGER=app.db", "LEVEL_NAME=LOUD", "LEVEL_NUMBER=35",
                "CODE_FILE=/srv/app/db.core.py", "CODE_LINE=42", "CODE_FUNC=connect", "PROCESS_NAME=MainProcess",
                "THREAD_NAME=Thread-1", "EXCEPTION_TEXT=Traceback:\n  ValueError: x", "STACK_INFO=Stack:\n  here",
                "SOCKSERVED_FAULT=the time is wrong", "SOCKSERVED_ORIGINAL_LENGTH=2000000", "SOCKSERVED_HELD_BACK=3",
                "SOCKSERVED_CLAIMED_SEVERITY=0", "SOCKSERVED_CLAIMED_FACILITY=4",
                "USER=zoé", "COUNT=-7", "RATIO=0.5", #"TAGS=["a",{"b":null}]"#,
                "SYSLOG_SD_EX_32473_IP=192.0.2.1", "SYSLOG_SD_EX_32473_CLASS=high",
                "SYSLOG_SD_EX_32473_IP=192.0.2.129", "SYSLOG_SD_ORIGIN=",
            ]
        )
    }

    @Test func whatASenderDoesNotSayIsOursOrNotThere() throws {
        #expect(
            try text(.ofSender()).prefix(5) == [
                "MESSAGE=hello", "PRIORITY=4", "SYSLOG_IDENTIFIER=192.0.2.7/sockserved", "SYSLOG_FACILITY=3",
                "SOCKSERVED_PROTOCOL=syslog",
            ]
        )
        let record = LogRecord.ofSender {
            $0.claimedTime = WallTime(seconds: .max, nanoseconds: 0)
            $0.set(.appName, "")
        }
        #expect(try text(record).count { $0.hasPrefix("SYSLOG_IDENTIFIER=") } == 1)
        #expect(try text(record).contains("SYSLOG_IDENTIFIER=192.0.2.7/sockserved"))
        #expect(try !text(record).contains { $0.hasPrefix("SOCKSERVED_TIMESTAMP") })
    }

    @Test func aMessageHasItsTracebackOnce() throws {
        let record = LogRecord.ofSender {
            $0.message = Array("failed\n".utf8)
            $0.set(.stackInfo, "Stack\n")
        }
        #expect(try text(record).first == "MESSAGE=failed\nStack\n")
    }

    // MARK: names

    @Test(arguments: [
        ("user", "USER"), ("a.b-c d", "A_B_C_D"), ("9lives", "F_9LIVES"), ("_PID", "F__PID"), ("", "F_"),
        ("größe", "GR__E"), ("\u{1F600}", "F__"), ("a=b\nMESSAGE=x", "A_B_MESSAGE_X"), ("\0", "F__"),
        ("__CURSOR", "F___CURSOR"),
    ])
    func namesAreMadeValid(name: String, expected: String) throws {
        #expect(try chosen(.ofSender { $0.extra(name, "v") }) == ["\(expected)=v"])
    }

    @Test func reservedNamesGetAPrefix() throws {
        let names =
            [
                "MESSAGE", "message", "MESSAGE_ID", "PRIORITY", "ERRNO", "INVOCATION_ID", "USER_INVOCATION_ID",
                "DOCUMENTATION", "TID", "UNIT", "USER_UNIT", "CODE_FILE", "CODE_OTHER", "SYSLOG_IDENTIFIER",
                "SYSLOG_SD_X", "OBJECT_PID", "COREDUMP_UNIT", "SOCKSERVED_PEER", "sockserved_extra",
            ] + FieldKey.allCases.map { $0.journal(prefix: "SOCKSERVED_") }
        for name in names {
            let found = try fields(.ofSender { $0.extra(name, "forged") }).filter { $0.value == Array("forged".utf8) }
            #expect(found.map(\.name) == ["F_\(name.uppercased())"])
        }
        // A name that only begins like a reserved one is free.
        for name in ["MESSAGES", "UNITS", "LOGGER2", "CODE", "PRIORITY_"] {
            #expect(try chosen(.ofSender { $0.extra(name, "v") }) == ["\(name)=v"])
        }
    }

    @Test func takenNamesGetAPrefixAndNothingIsDropped() throws {
        let record = LogRecord.ofSender {
            for (index, name) in ["a b", "A_B", "a-b", "message", "F_MESSAGE", "f_a_b"].enumerated() {
                $0.extra(name, integer: Int64(index))
            }
        }
        #expect(
            try chosen(record) == ["A_B=0", "F_A_B=1", "F_2_A_B=2", "F_MESSAGE=3", "F_F_MESSAGE=4", "F_F_A_B=5"]
        )
    }

    @Test func longNamesAreCutAndStayApart() throws {
        let long = String(repeating: "n", count: 10_000)
        let record = LogRecord.ofSender {
            $0.extra(long + "1", "1")
            $0.extra(long + "2", "2")
            $0.extra("code_" + long, "3")
            $0.extra("_" + long, "4")
        }
        let n = { String(repeating: "N", count: $0) }
        #expect(try chosen(record) == ["\(n(64))=1", "F_\(n(62))=2", "F_CODE_\(n(57))=3", "F__\(n(61))=4"])
    }

    @Test func whatAnEntryHasNoRoomForSharesAField() throws {
        let record = LogRecord.ofSender {
            for index in 0..<100 { $0.extra("n\(index)", integer: Int64(index)) }
            for index in 0..<500 { $0.structured("sd", "p\(index)", "\(index)") }
            for index in 100..<10_000 { $0.extra("n\(index)", integer: Int64(index)) }
            for _ in 0..<2000 { $0.set(.msgid, to: "again" as StaticString) }
        }
        let found = try fields(record)
        #expect(found.count < 192)
        #expect(found.contains { $0.name == "N99" } && found.contains { $0.name == "SYSLOG_SD_SD_P27" })
        let extra = try #require(found.first { $0.name == "SOCKSERVED_EXTRA" })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(extra.value)) as? [String: Any])
        #expect(object.count == 9900 + 1999)
        #expect(object["n9999"] as? Int == 9999)
        let data = try #require(found.first { $0.name == "SOCKSERVED_STRUCTURED_DATA" })
        let elements = try #require(try JSONSerialization.jsonObject(with: Data(data.value)) as? [String: Any])
        #expect((elements["sd"] as? [String: String])?.count == 472)
    }

    @Test func exactlyTheLimitNeedsNoSharedField() throws {
        func record(_ count: Int) -> LogRecord {
            .ofSender { for index in 0..<count { $0.extra("n\(index)", integer: Int64(index)) } }
        }
        #expect(try !fields(record(128)).contains { $0.name.hasPrefix("SOCKSERVED_EXTRA") })
        #expect(try text(record(129)).contains(#"SOCKSERVED_EXTRA={"n128":128}"#))
        #expect(try !fields(record(129)).contains { $0.name == "SOCKSERVED_STRUCTURED_DATA" })
    }

    @Test func collidingNamesTakeLittleTimeAndLoseNothing() throws {
        let record = LogRecord.ofSender {
            for index in 0..<10_000 { $0.extra(index % 2 == 0 ? "a b" : "priority", integer: Int64(index)) }
        }
        let start = ContinuousClock.now
        let found = try fields(record)
        #expect(.now - start < .seconds(20))
        let extra = try #require(found.first { $0.name == "SOCKSERVED_EXTRA" })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(extra.value)) as? [String: Int])
        let values = found.filter { $0.name.contains("A_B") || $0.name.hasSuffix("F_PRIORITY") }.compactMap {
            Int(String(decoding: $0.value, as: UTF8.self))
        }
        #expect(Set(values).union(object.values) == Set(0..<10_000))
        #expect(Set(found.map(\.name)).count == found.count)
        #expect(found.filter { $0.name == "PRIORITY" }.map(\.value) == [[UInt8(ascii: "4")]])
    }

    @Test func randomNamesAreValidAndNothingIsLost() throws {
        var generator = SeededGenerator(seed: 33)
        for _ in 0..<300 {
            let count = Int.random(in: 0...40, using: &generator)
            let record = LogRecord.ofSender { record in
                for index in 0..<count {
                    let length = Int.random(in: 0...80, using: &generator)
                    let name = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
                    record.extra(name, bytes: Array("value \(index)".utf8))
                }
            }
            let values = try text(record).compactMap { $0.split(separator: "=", maxSplits: 1).last }
            #expect(Set(values).isSuperset(of: (0..<count).map { "value \($0)" }))
        }
    }
}
