import LogRecords
import TestSupport
import Testing

private let event = Event(name: "tested", messageID: "00000000000000000000000000000000")

@Suite struct LogRecordTests {
    @Test func messageIsEscapedInEveryPart() {
        var record = LogRecord(event, severity: .debug)
        record.append("Received data: ")
        record.append("a\u{1b}" as String)
        record.append(escaping: [0x62, 0xFF, 0x0A].span)
        #expect(String(decoding: record.message, as: UTF8.self) == "Received data: a\\x1bb\\xff\\n")
    }

    @Test func aCharacterCutInTwoDoesNotJoin() {
        var record = LogRecord(event, severity: .debug)
        record.append(escaping: [0xC3].span)
        record.append(escaping: [0xBC].span)
        #expect(String(decoding: record.message, as: UTF8.self) == "\\xc3\\xbc")
    }

    @Test func fieldsKeepExactBytes() {
        var record = LogRecord(event, severity: .debug)
        record.set(.data, to: [0, 0xFF, 0x0A].span)
        record.set(.errno, to: .min)
        record.set(.data, to: [UInt8]().span)
        let values = record.fields.map { field -> [UInt8]? in
            if case .bytes(let range) = field.value { Array(record.bytes[range]) } else { nil }
        }
        #expect(values == [[0, 0xFF, 0x0A], nil, []])
        #expect(record.fields.map(\.key.json.description) == ["data", "errno", "data"])
    }

    @Test func beginForgetsTheContentAndKeepsTheMemory() {
        let origin = Origin(protocolName: "hello", listener: "main", peer: nil, connection: 1)
        var record = LogRecord(event, severity: .debug, origin: origin)
        record.append(String(repeating: "x", count: 1000))
        record.set(.data, to: [1, 2, 3].span)
        let capacity = record.message.capacity
        let time = WallTime(seconds: 1, nanoseconds: 2)
        record.begin(event, severity: .error, time: time, origin: nil)
        #expect(record.message.isEmpty && record.fields.isEmpty && record.bytes.isEmpty)
        #expect(record.origin == nil)
        #expect(record.severity == .error)
        #expect(record.time == time)
        #expect(record.message.capacity == capacity)
    }
}

@Suite struct BytesTests {
    private func text(_ body: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        body(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 123_456_789, -1, -10, .max, .min] as [Int64])
    func decimalIsWhatSwiftWrites(value: Int64) {
        #expect(text { $0.append(decimal: value) } == String(value))
    }

    @Test func decimalOfOtherWidths() {
        #expect(text { $0.append(decimal: UInt64.max) } == "18446744073709551615")
        #expect(text { $0.append(decimal: Int8.min) } == "-128")
        #expect(text { $0.append(decimal: UInt8(200)) } == "200")
    }

    @Test func decimalIsAppended() {
        #expect(text { bytes in
            bytes.append("a")
            bytes.append(decimal: 12)
            bytes.append("b")
        } == "a12b")
    }

    @Test(arguments: [
        (0, 2, "00"), (7, 2, "07"), (10, 2, "10"), (99, 2, "99"), (100, 2, "100"), (5, 6, "000005"), (123_456, 6, "123456"),
        (2023, 4, "2023"), (1, 0, "1"),
    ])
    func decimalIsFilledWithZeros(value: Int, width: Int, expected: String) {
        #expect(text { $0.append(decimal: value, width: width) } == expected)
    }
}

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
}

@Suite struct FacilityTests {
    @Test func namesLeadBack() {
        #expect(Facility.allCases.map(\.rawValue) == Array(0...23))
        for facility in Facility.allCases {
            #expect(Facility(name: facility.name) == facility)
        }
        #expect(Facility(name: "local8") == nil)
    }
}

@Suite struct PeerTests {
    @Test(arguments: [
        (Peer.internet(address: "127.0.0.1", port: 40000), "127.0.0.1:40000"),
        (.internet(address: "::1", port: 1), "[::1]:1"),
        (.internet(address: "fe80::1%eth0", port: 65535), "[fe80::1%eth0]:65535"),
        (.unix(pid: 10, uid: 0, gid: 4_294_967_295), "unix:pid=10,uid=0,gid=4294967295"),
        (.unixPath("/run/x.sock"), "unix:/run/x.sock"),
        (.unixPath(""), "unix"),
    ])
    func description(peer: Peer, text: String) {
        #expect(peer.description == text)
        #expect(Origin(protocolName: "hello", listener: "main", peer: peer, connection: nil).peerText == text)
    }

    @Test func noPeerIsNoText() {
        #expect(Origin(protocolName: "hello", listener: "main", peer: nil, connection: 3).peerText.isEmpty)
    }
}

@Suite struct WallTimeTests {
    @Test func partsAreCutNotRounded() {
        let time = WallTime(seconds: 1, nanoseconds: 999_999_999)
        #expect(time.milliseconds == 999)
        #expect(time.microseconds == 999_999)
    }

    @Test func nowMoves() {
        let before = WallTime.now
        #expect(before.seconds > 1_600_000_000)
        #expect((0..<1_000_000_000).contains(before.nanoseconds))
        #expect(eventually { WallTime.now != before })
    }
}
