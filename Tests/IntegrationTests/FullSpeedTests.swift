import Foundation
import TestSupport
import Testing

/// Senders that write as fast as the socket takes it: what a receive brings ends anywhere in a message.
@Suite struct FullSpeedTests {
    enum Framing: String, CaseIterable {
        case lines, counted, nulls, json, gelf
    }

    private static let count = 200_000

    /// Messages that end with digits, before what may be the digits of a count.
    private static func stream(_ framing: Framing) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in 0..<count {
            let text = "<86>1 2026-11-23T09:15:00Z web-3 sshd 90211 - - Accepted key, port 51514 seq=\(number)"
            switch framing {
            case .lines: bytes += Array("\(text)\n".utf8)
            case .counted: bytes += Array("\(text.utf8.count) \(text)".utf8)
            case .nulls: bytes += Array("\(text)\0".utf8)
            case .json: bytes += Array("{\"message\":\"seq=\(number)\",\"port\":51514}\n".utf8)
            case .gelf:
                bytes += Array("{\"version\":\"1.1\",\"host\":\"a\",\"short_message\":\"seq=\(number)\"}\0".utf8)
            }
        }
        return bytes
    }

    @Test(arguments: Framing.allCases) func everyMessageIsRecordedOnceAndInOrder(framing: Framing) throws {
        let name =
            switch framing {
            case .lines, .counted, .nulls: "syslog"
            case .json, .gelf: framing.rawValue
            }
        let directory = try TemporaryDirectory()
        let daemon = try DaemonProcess(["--listen", "\(name)@tcp:127.0.0.1:0"], in: directory)
        let client = try TestSocket(to: try #require(daemon.addresses.first))
        try client.send(Self.stream(framing))
        client.endSending()
        #expect(try client.receive() == [], "the orderly end that confirms")
        #expect(daemon.stop() == 0)
        #expect(daemon.accountingFaults() == [])
        #expect(daemon.statedCounts[name]?.committed == Self.count)
        var next = 0
        for line in daemon.log.split(separator: "\n") {
            guard let start = line.firstRange(of: "seq=") else { continue }
            guard Int(line[start.upperBound...].prefix { $0.isNumber }) == next else {
                Issue.record("message \(next) is missing; there is: \(line.prefix(300))")
                return
            }
            next += 1
        }
        #expect(next == Self.count)
    }
}
