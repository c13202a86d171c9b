import LogFormats
import LogRecords
import TestSupport
import Testing

/// Messages that are known to be printable ASCII become the same records as others, whatever came before them.
@Suite struct PlainSyslogTests {
    /// One that has read other messages, and one that has not.
    private struct Parsers {
        var known = SyslogParser()
        let fresh = SyslogParser()
    }

    private func compare(_ message: String, _ context: ReceiveContext, _ parsers: inout Parsers) {
        let text = Array(message.utf8)
        guard text.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return }
        let frame = Frame(place: .input(0..<text.count), length: text.count, isPlain: true)
        for selection in [FieldSelection.all, []] {
            var records = (LogRecord(nil, severity: .debug), LogRecord(nil, severity: .debug))
            records.0.selection = selection
            records.1.selection = selection
            var general = parsers.fresh
            parsers.known.parse(text.span, into: &records.0, context.of(frame))
            general.parse(text.span, into: &records.1, context)
            #expect(records.0.message == records.1.message, "\(message)")
            #expect(records.0.claimedTime == records.1.claimedTime, "\(message)")
            #expect(records.0.severity == records.1.severity && records.0.facility == records.1.facility, "\(message)")
            #expect("\(records.0.fields)" == "\(records.1.fields)", "\(message)")
            #expect(records.0.bytes == records.1.bytes, "\(message)")
        }
    }

    private static let times = [
        "Nov 23 09:15:07", "Nov 23 09:15:07", "Nov 23 09:15:08", "Nov  3 09:15:07", "Feb 30 09:15:07",
        "Dec 31 23:59:60",
        "Nov 23 09:15:07:", "Nov 3 9:15:07.5", "Nov 23 9:15:07", "1760220855.0034", "*Nov 3 09:15:07",
        "Nov 23 09:15:07,",
        "Nov 23 09:15:07.123", "2026-11-23T09:15:07Z", "Jan 01 00:00:00",
    ]
    private static let followers = [
        " ", " ", " ", "  ", "", " 2026 ", " CET ", " am ", " AM", " pm: ", " +0100 ", " 2026:", " TZ-6 ", " -", " 20",
        " p",
    ]
    private static let hosts = [
        "web-3", "web-3", "192.0.2.17", "WEB-3", "db.example.com", "fe80::1", "ERROR", "a", "Mail.Info", "srv/node",
        "host-",
        "x[1]", "sw,1", "-", "hOST", "hosT", "x" + String(repeating: "y", count: 255),
        "x" + String(repeating: "y", count: 256),
    ]
    private static let tags = [
        "nginx[1234]: ", "nginx[1234]: ", "postfix/smtpd[22871]: ", "kernel: ", "a[]: ", "app:[12]: ", "app[x y]: ",
        "(systemd)[1]: ", "app[[1]: ", "app[1]:text ", "app[1] ", "[1]: ", "%SYS-5-CONFIG_I: ", "a[1]:", "app[1]]: ",
        "last message repeated ", "x" + String(repeating: "y", count: 254) + "[1]: ", "",
    ]

    @Test func headersOfRFC3164() {
        var parsers = Parsers()
        var random = SeededGenerator(seed: 41)
        func one(of parts: [String]) -> String { parts[Int.random(in: 0..<parts.count, using: &random)] }
        for round in 0..<12_000 {
            // Around the new year, and the change of the second.
            let context = ReceiveContext(
                time: WallTime(seconds: [1_795_424_400, 1_795_424_401, 1_798_761_599][round / 5 % 3], nanoseconds: 5),
                secondsFromUTC: [0, 3600, -18_000][round / 15 % 3]
            )
            var message = "<30>" + one(of: Self.times) + one(of: Self.followers) + one(of: Self.hosts) + " "
            message += one(of: Self.tags) + one(of: ["text", "", "a text: [1] x"])
            if round % 3 == 0 {
                var bytes = Array(message.utf8)
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0x20...0x7E, using: &random)
                bytes.remove(at: Int.random(in: 0..<bytes.count, using: &random))
                message = String(decoding: bytes, as: UTF8.self)
            }
            compare(message, context, &parsers)
        }
    }

    @Test func headersOfRFC5424() {
        var parsers = Parsers()
        var random = SeededGenerator(seed: 42)
        func one(of parts: [String]) -> String { parts[Int.random(in: 0..<parts.count, using: &random)] }
        let context = ReceiveContext(time: WallTime(seconds: 1_795_424_400, nanoseconds: 0), secondsFromUTC: 3600)
        let times = ["07.123456", "07", "08.5", "60", "07.", "07.1234567890"]
        let zones = ["+01:00", "+01:00", "-01:00", "+01:60", "+24:00", "Z", "+0100", "+01", "", "x01:00", "12"]
        for _ in 0..<6000 {
            let time = "2026-11-23T09:15:" + one(of: times) + one(of: zones)
            let data = one(of: [
                "-", "[a b=\"1\"]", "[a b=\"1\" cdef=\"22\"]", "[a b=\"2\"]", "[a b=\"1\"", "[a][b]", "[a]x",
            ])
            compare("<30>1 \(time) \(one(of: Self.hosts)) app 1 - \(data) \(one(of: Self.tags))", context, &parsers)
        }
    }
}
