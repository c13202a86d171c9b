import Foundation
import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// Records as entries of the Journal Export Format.
@Suite struct RemoteEntryTests {
    private let backend = JournalRemoteBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")

    private func fields(_ record: LogRecord) throws -> [String: String] {
        let entries = NativeField.readEntries(LogBatch([record], by: backend).bytes)
        let entry = try #require(entries.first)
        #expect(entries.count == 1)
        return Dictionary(entry.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }) { first, _ in first }
    }

    private func host(_ record: LogRecord) throws -> String? { try fields(record)["_HOSTNAME"] }

    @Test func anEntryHasTimesHostAndAllFieldsOfTheJournal() throws {
        let found = try fields(.full)
        #expect(found["__REALTIME_TIMESTAMP"] == "1693828800123456")
        #expect(found["_SOURCE_REALTIME_TIMESTAMP"] == "1600000000005000")
        #expect(found["_HOSTNAME"] == "web-1.example.org")
        #expect(found["SYSLOG_IDENTIFIER"] == "nginx")
        #expect(found["SYSLOG_HOSTNAME"] == "web-1.example.org")
        #expect(found["SOCKSERVED_PEER_ADDRESS"] == "192.0.2.7")
        let monotonic = try #require(found["__MONOTONIC_TIMESTAMP"].flatMap { Int64($0) })
        #expect((1..<1 << 55).contains(monotonic))
        let journal = JournaldBackend(identifier: "sockserved", facility: .daemon, fieldPrefix: "SOCKSERVED_")
        let own = NativeField.read(LogBatch([.full], by: journal).bytes)
        let remote = NativeField.readEntries(LogBatch([.full], by: backend).bytes)[0].drop { $0.name.hasPrefix("_") }
        let differing = zip(own, remote).filter { $0 != $1 }.map(\.0.name)
        #expect(own.count == remote.count && differing == ["SYSLOG_IDENTIFIER"])
    }

    @Test func entriesFollowEachOtherWithAnEmptyLine() {
        let records = (0..<3).map { number in LogRecord.ofSender { $0.message = Array("\(number)\n\n".utf8) } }
        let batch = LogBatch(records, by: backend)
        #expect(NativeField.readEntries(batch.bytes).count == 3)
        for index in 0..<3 {
            #expect(NativeField.readEntries(Array(batch.bytes[batch.range(of: index)])).count == 1)
            #expect(batch.bytes[..<batch.range(of: index).upperBound].suffix(2) == [10, 10])
        }
    }

    @Test func aStartHasOneBootIDThatLooksLikeOne() throws {
        let first = try fields(.full)["_BOOT_ID"]
        #expect(first?.wholeMatch(of: /[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}/) != nil)
        #expect(try fields(.ofSender())["_BOOT_ID"] == first)
        let other = JournalRemoteBackend(identifier: "x", facility: .daemon, fieldPrefix: "X_")
        let entry = NativeField.readEntries(LogBatch([.full], by: other).bytes)[0]
        #expect(entry.first { $0.name == "_BOOT_ID" }?.value == first.map { Array($0.utf8) })
    }

    // MARK: hosts

    @Test func theHostIsWhatTheSenderClaimsElseItsAddress() throws {
        #expect(try host(.ofSender { $0.set(.hostname, "web1") }) == "web1")
        #expect(try host(.ofSender()) == "192.0.2.7")
        #expect(try host(.ofSender { $0.set(.hostname, "-") }) == "192.0.2.7")
        #expect(try host(.ofSender { $0.set(.hostname, "") }) == "192.0.2.7")
        #expect(try host(.ofSender(peer: .internet(address: "2001:db8::1", port: 1))) == "2001:db8::1")
        #expect(try host(.ofSender { $0.set(.hostname, "two\nlines and\0more") }) == "two_lines_and_more")
        #expect(try host(.ofSender { $0.set(.hostname, String(repeating: "h", count: 300)) })?.count == 255)
    }

    @Test func thisHostIsThatOfItsSendersAndOfTheDaemon() throws {
        let own = SenderHost.current
        #expect(own == ProcessInfo.processInfo.hostName || own.hasPrefix(ProcessInfo.processInfo.hostName))
        #expect(try host(.ofLocalSender()) == own)
        #expect(try host(.ofLocalSender { $0.set(.hostname, "container7") }) == "container7")
        #expect(try host(.ofSender(peer: .unix(pid: 1, uid: 0, gid: 0))) == own)
        let event = Event(name: "test", messageID: "0123456789abcdef0123456789abcdef")
        #expect(try host(LogRecord(event, severity: .informational)) == own)
        let peer = Peer.internet(address: "192.0.2.7", port: 1)
        let origin = Origin(protocolName: "hello", listener: "x", peer: peer, connection: 1)
        #expect(try host(LogRecord(event, severity: .informational, origin: origin)) == own)
    }

    @Test func aSenderOnAnotherHostIsNotThisOne() throws {
        for name in [SenderHost.current, SenderHost.current.uppercased()] {
            #expect(try host(.ofSender { $0.set(.hostname, name) }) == "192.0.2.7")
        }
    }

    @Test func identifiersAreProgramsAlone() throws {
        #expect(try fields(.ofSender { $0.set(.appName, "postfix/smtpd") })["SYSLOG_IDENTIFIER"] == "postfix/smtpd")
        #expect(try fields(.ofSender())["SYSLOG_IDENTIFIER"] == "sockserved")
        let senders = SenderIdentifiers(standard: try IdentifierFormat("%(host)s/%(program)s"))
        let backend = JournalRemoteBackend(identifier: "x", senders: senders, facility: .daemon, fieldPrefix: "X_")
        let entry = NativeField.readEntries(LogBatch([.full], by: backend).bytes)[0]
        let identifier = entry.first { $0.name == "SYSLOG_IDENTIFIER" }
        #expect(identifier?.value == Array("web-1.example.org/nginx".utf8))
    }

    // MARK: times

    /// systemd-journal-remote would not keep the entry.
    @Test(arguments: [Int64.min, -1, 1 << 36, .max]) func timesThatSystemdDoesNotTakeAreLeftOut(seconds: Int64) throws {
        let time = WallTime(seconds: seconds, nanoseconds: 5000)
        #expect(try fields(.ofSender { $0.claimedTime = time })["_SOURCE_REALTIME_TIMESTAMP"] == nil)
        let record = LogRecord(nil, severity: .debug, time: time)
        #expect(try fields(record)["__REALTIME_TIMESTAMP"] == "1")
    }

    @Test func theEdgesOfTimeAreKept() throws {
        for (seconds, nanoseconds, text) in [
            (Int64(0), Int32(1000), "1"), (36_028_797_018, 963_967_000, "36028797018963967"),
        ] {
            let time = WallTime(seconds: seconds, nanoseconds: nanoseconds)
            #expect(try fields(.ofSender { $0.claimedTime = time })["_SOURCE_REALTIME_TIMESTAMP"] == text)
        }
        let first = WallTime(seconds: 0, nanoseconds: 999)
        #expect(try fields(.ofSender { $0.claimedTime = first })["_SOURCE_REALTIME_TIMESTAMP"] == nil)
    }
}
