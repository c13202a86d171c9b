import Foundation
import LogFormats
import LogRecords
import TestSupport
import Testing

@Suite struct MessageTimeTests {
    private func parse(_ text: String, secondsFromUTC: Int? = nil) -> WallTime? {
        MessageTime.parseRFC3339(Array(text.utf8).span, secondsFromUTC: secondsFromUTC)
    }

    private func epoch(_ text: String, scale: Int = 0) -> WallTime? {
        MessageTime.wallTime(epochText: Array(text.utf8).span, scale: scale)
    }

    private func time(_ seconds: Int64, _ nanoseconds: Int32 = 0) -> WallTime {
        WallTime(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// The examples of RFC 5424, section 6.2.3.1, and of RFC 3339, section 5.8.
    @Test func examplesOfTheRFCs() {
        #expect(parse("1985-04-12T23:20:50.52Z") == time(482_196_050, 520_000_000))
        #expect(parse("1985-04-12T19:20:50.52-04:00") == time(482_196_050, 520_000_000))
        #expect(parse("2003-10-11T22:14:15.003Z") == time(1_065_910_455, 3_000_000))
        #expect(parse("2003-08-24T05:14:15.000003-07:00") == time(1_061_727_255, 3000))
        #expect(parse("2003-08-24T05:14:15.000000003-07:00") == time(1_061_727_255, 3))
        #expect(parse("1996-12-19T16:39:57-08:00") == time(851_042_397))
        #expect(parse("1990-12-31T23:59:60Z") == parse("1991-01-01T00:00:00Z"))
        #expect(parse("1990-12-31T15:59:60-08:00") == parse("1991-01-01T00:00:00Z"))
        #expect(parse("1937-01-01T12:00:27.87+00:20") == time(-1_041_337_173, 870_000_000))
    }

    @Test func whatIsUsualBesideTheRFC() {
        let expected = time(1_065_910_455, 3_000_000)
        for text in [
            "2003-10-11 22:14:15.003Z", "2003-10-11t22:14:15.003z", "2003-10-11T22:14:15,003Z",
            "2003-10-11T22:14:15.003000000000Z", "2003-10-11T22:14:15.003+0000", "2003-10-12T00:14:15.003+02",
            "2003-10-11 22:14:15.003 +0000", "2003-10-11 22:14:15.003 Z",
        ] {
            #expect(parse(text) == expected, "\(text)")
        }
    }

    @Test func aTimeWithoutZoneNeedsOneGiven() {
        #expect(parse("2003-10-11T22:14:15") == nil)
        #expect(parse("2003-10-11T22:14:15", secondsFromUTC: 7200) == time(1_065_903_255))
        #expect(parse("2003-10-11T22:14:15Z", secondsFromUTC: 7200) == time(1_065_910_455))
        #expect(parse("2003-10-11T22:14:15x", secondsFromUTC: 7200) == nil)
    }

    @Test(
        arguments: [
            "", "2003", "2003-10-11", "2003-10-11T22:14Z", "2003-13-11T22:14:15Z", "2003-00-11T22:14:15Z",
            "2003-02-29T22:14:15Z", "2100-02-29T22:14:15Z", "2003-10-00T22:14:15Z", "2003-10-11T24:14:15Z",
            "2003-10-11T22:60:15Z", "2003-10-11T22:14:61Z", "2003-10-11T22:14:15.Z", "2003-10-11T22:14:15.003",
            "2003-10-11T22:14:15Zx", "2003-10-11T22:14:15+24:00", "2003-10-11T22:14:15+02:60",
            "2003-10-11T22:14:15+2", "2003-10-11T22:14:15+020", "2003-10-11T22:14:15+02:", "2003-10-11T22:14:15+02:0",
            "2003/10/11T22:14:15Z", "2003-10-11_22:14:15Z", "+003-10-11T22:14:15Z", "2003-10-11T22:14:15--2:00",
            " 2003-10-11T22:14:15Z", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        ]
    )
    func anythingElseIsNotATime(text: String) {
        #expect(parse(text) == nil)
    }

    @Test func aTruncatedTimeIsNotATime() {
        let whole = "2003-08-24T05:14:15.000003-07:00"
        for count in 0..<whole.count {
            // Without its last minutes an offset is one still.
            #expect((parse(String(whole.prefix(count))) == nil) == (count != whole.count - 3))
        }
    }

    @Test func epochSeconds() {
        #expect(MessageTime.wallTime(epochSeconds: 1_065_910_455.003) == time(1_065_910_455, 3_000_000))
        #expect(MessageTime.wallTime(epochSeconds: -0.25) == time(-1, 750_000_000))
        #expect(MessageTime.wallTime(epochSeconds: 1.999_999_9) == time(2))
        for wrong in [Double.nan, .infinity, -.infinity, 1e300, -1e300, 253_402_300_800, -62_167_219_201] {
            #expect(MessageTime.wallTime(epochSeconds: wrong) == nil)
        }
    }

    @Test func epochText() {
        #expect(epoch("1065910455") == time(1_065_910_455))
        #expect(epoch("1065910455.003") == time(1_065_910_455, 3_000_000))
        #expect(epoch("1065910455.123456789999") == time(1_065_910_455, 123_456_789))
        #expect(epoch("1065910455003", scale: 3) == time(1_065_910_455, 3_000_000))
        #expect(epoch("1065910455003.25", scale: 3) == time(1_065_910_455, 3_250_000))
        #expect(epoch("1065910455123456", scale: 6) == time(1_065_910_455, 123_456_000))
        #expect(epoch("1065910455123456789", scale: 9) == time(1_065_910_455, 123_456_789))
        #expect(epoch("7", scale: 9) == time(0, 7))
        #expect(epoch("7.5", scale: 9) == time(0, 7))
        #expect(epoch("-1.25") == time(-2, 750_000_000))
        #expect(epoch("-1250", scale: 3) == time(-2, 750_000_000))
        #expect(epoch("-5") == time(-5))
        #expect(epoch("-0") == time(0))
        for wrong in ["", "-", ".", ".5", "1.", "1e9", "1,5", "+1", "0x1", "1 ", "253402300800", "-62167219201"] {
            #expect(epoch(wrong) == nil, "\(wrong)")
        }
        #expect(epoch(String(repeating: "9", count: 100_000)) == nil)
        #expect(epoch("1", scale: 10) == nil)
    }

    @Test func randomBytesNeverTrap() {
        var generator = SeededGenerator(seed: 1)
        let alphabet = Array("0123456789-:.,TtZz+ ".utf8)
        for _ in 0..<100_000 {
            var bytes = Array("2003-08-24T05:14:15.000003-07:00".utf8.prefix(Int.random(in: 0...32, using: &generator)))
            for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    alphabet.randomElement(using: &generator) ?? 0
            }
            if let time = MessageTime.parseRFC3339(bytes.span, secondsFromUTC: .random(in: -86_400...86_400)) {
                #expect((0..<1_000_000_000).contains(time.nanoseconds))
            }
            let scale = Int.random(in: -1...10, using: &generator)
            if let time = MessageTime.wallTime(epochText: bytes.span, scale: scale) {
                #expect((0..<1_000_000_000).contains(time.nanoseconds))
            }
        }
    }

    /// Foundation is asked whether it agrees.
    @Test func randomTimesAreWhatFoundationSays() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &generator)
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            // Before 1600 Foundation's calendar is another.
            guard seconds > -11_676_096_000 else { continue }
            #expect(parse(date.formatted(.iso8601)) == time(seconds))
        }
    }
}
