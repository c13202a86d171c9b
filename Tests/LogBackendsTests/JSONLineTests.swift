import Foundation
import LogBackends
import LogRecords
import TestSupport
import Testing

@Suite struct JSONLineTests {
    private static let event = Event(name: "data-received", messageID: "00000000000000000000000000000000")
    private static let time = WallTime(seconds: 1_693_828_800, nanoseconds: 123_456_789)

    private func line(_ record: LogRecord) -> [UInt8] {
        LineFormat.json.line(of: record)
    }

    private func object(_ line: [UInt8]) throws -> [String: Any] {
        let parsed = try JSONSerialization.jsonObject(with: Data(line.dropLast()))
        return try #require(parsed as? [String: Any])
    }

    @Test func keysStandInOrder() {
        let peer = Peer.internet(address: "::1", port: 40000)
        let origin = Origin(protocolName: "hello", listener: "main", peer: peer, connection: 7)
        var record = LogRecord(Self.event, severity: .debug, time: Self.time, origin: origin)
        record.append("Received data: hi")
        record.set(.data, to: Array("hi".utf8).span)
        record.set(.bytesReceived, to: 2)
        let expected = #"""
            {"time":"2023-09-04T12:00:00.123456Z","severity":7,"level":"debug","event":"data-received",\#
            "message":"Received data: hi","protocol":"hello","listener":"main","peer":"[::1]:40000",\#
            "peer_address":"::1","peer_port":40000,"connection":7,"data":"hi","bytes_received":2}

            """#
        #expect(String(decoding: line(record), as: UTF8.self) == expected)
    }

    @Test func unixPeersTellTheirProcess() throws {
        let origin = Origin(
            protocolName: "echo",
            listener: "u",
            peer: .unix(pid: 1, uid: 2, gid: 4_294_967_295),
            connection: nil
        )
        let object = try object(line(LogRecord(Self.event, severity: .error, time: Self.time, origin: origin)))
        #expect(object["peer"] as? String == "unix:pid=1,uid=2,gid=4294967295")
        #expect(object["peer_pid"] as? Int == 1)
        #expect(object["peer_uid"] as? Int == 2)
        #expect(object["peer_gid"] as? Int == 4_294_967_295)
        #expect(object["connection"] == nil)
        #expect(object["peer_port"] == nil)
    }

    @Test func withoutOriginThereIsNothingOfIt() throws {
        let object = try object(line(LogRecord(Self.event, severity: .emergency, time: Self.time)))
        #expect(Set(object.keys) == ["time", "severity", "level", "event", "message"])
        #expect(object["severity"] as? Int == 0)
    }

    @Test func integersAreWholeAtBothEnds() {
        var record = LogRecord(Self.event, severity: .error, time: Self.time)
        record.set(.errno, to: .min)
        record.set(.dropped, to: .max)
        let text = String(decoding: line(record), as: UTF8.self)
        #expect(text.hasSuffix(#","errno":-9223372036854775808,"dropped":9223372036854775807}"# + "\n"))
    }

    @Test func whatSteersATerminalOrALineIsEscaped() {
        var record = LogRecord(Self.event, severity: .error, time: Self.time)
        record.set(.data, to: Array("\"\\/\n\r\t\u{8}\u{c}\0\u{7f}\u{85}\u{2028}\u{202e}ü\u{1F600}".utf8).span)
        let text = String(decoding: line(record), as: UTF8.self)
        let expected = #""data":"\"\\/\n\r\t\b\f\u0000\u007f\u0085\u2028\u202eü"# + "\u{1F600}\"}\n"
        #expect(text.hasSuffix(expected))
    }

    @Test func scalarsComeBack() throws {
        let all = String(
            String.UnicodeScalarView(
                [Array(0...0xFFFF), [0x1_0000, 0x10_FFFF]].joined().compactMap(Unicode.Scalar.init)
            )
        )
        var record = LogRecord(Self.event, severity: .error, time: Self.time)
        record.set(.data, to: Array(all.utf8).span)
        let line = line(record)
        #expect(Array((try object(line)["data"] as? String ?? "").utf8) == Array(all.utf8))
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }

    /// Random bytes, some of them valid UTF-8, of every small length.
    private static var randomData: [[UInt8]] {
        var generator = SeededGenerator(seed: 21)
        let pieces: [[UInt8]] = ["ü", "a", "\"", "\n", "\u{2029}", "\u{1F600}", "plain text"].map { Array($0.utf8) }
        return (0..<2000).map { index in
            if index % 2 == 0 { return (0..<(index / 20)).map { _ in UInt8.random(in: 0...255, using: &generator) } }
            let text = (0..<(index / 50)).flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
            // Every other one is cut somewhere, perhaps within a character.
            return index % 4 == 1 ? text : Array(text.prefix(Int.random(in: 0...text.count, using: &generator)))
        }
    }

    private func record(of data: [UInt8]) -> LogRecord {
        var record = LogRecord(Self.event, severity: .debug, time: Self.time)
        record.append(escaping: data.span)
        record.set(.data, to: data.span)
        return record
    }

    @Test func randomBytesComeBackInFoundation() throws {
        var inBase64 = 0
        for data in Self.randomData {
            let object = try object(line(record(of: data)))
            if let text = object["data"] as? String {
                #expect(Array(text.utf8) == data)
                #expect(object["data_base64"] == nil)
            } else {
                let text = try #require(object["data_base64"] as? String)
                #expect(Data(base64Encoded: text).map(Array.init) == data)
                #expect(String(validating: data, as: UTF8.self) == nil)
                inBase64 += 1
            }
        }
        #expect(inBase64 > 500 && inBase64 < 1990)
    }

    @Test(.enabled(if: Python.isInstalled, Comment(rawValue: Python.isMissing)))
    func randomBytesComeBackInPython() throws {
        struct Pair: Encodable {
            let line: String
            let data: String
        }
        let pairs = Self.randomData.map { data in
            Pair(line: Data(line(record(of: data))).base64EncodedString(), data: Data(data).base64EncodedString())
        }
        let script = """
            import base64, json, sys
            pairs = json.load(open(sys.argv[1]))
            right = 0
            for pair in pairs:
                line = base64.b64decode(pair['line']).decode('utf-8', 'strict')
                assert line.endswith('\\n') and len(line.splitlines()) == 1, line
                value = json.loads(line)
                raw = value['data'].encode() if 'data' in value else base64.b64decode(value['data_base64'], validate=True)
                assert raw == base64.b64decode(pair['data']), line
                right += 1
            open(sys.argv[2], 'w').write(str(right))
            """
        #expect(String(decoding: try Python.run(script, input: pairs), as: UTF8.self) == "\(pairs.count)")
    }
}
