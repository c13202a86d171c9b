import Daemon
import TestSupport
import Testing

@Suite struct TimeSpanTests {
    @Test(arguments: [
        ("0", Duration.zero), ("60", .seconds(60)), ("500ms", .milliseconds(500)), ("5s", .seconds(5)),
        ("2min", .seconds(120)), ("1h", .seconds(3600)), ("1min 30s", .seconds(90)), ("1min30s", .seconds(90)),
        (" 1 min\t30 ", .seconds(90)), ("1.5h", .seconds(5400)), (".5s", .milliseconds(500)), ("2.s", .seconds(2)),
        ("3us", .microseconds(3)), ("3µs", .microseconds(3)), ("3μs", .microseconds(3)), ("1M", .seconds(2_629_800)),
        ("1d 1w", .seconds(8 * 86_400)), ("100y", TimeSpan.maximum), ("0.0000001s", .zero),
        ("000000000000001s", .seconds(1)),
    ])
    func readsWhatSystemdReads(text: String, span: Duration) throws {
        #expect(try TimeSpan.parse(text) == span)
    }

    @Test func infinityIsNil() throws {
        #expect(try TimeSpan.parse("infinity") == nil)
        #expect(try TimeSpan.parse(" infinity ") == nil)
        #expect(TimeSpan.text(nil) == "infinity")
    }

    @Test(arguments: [
        "", " ", ".", "-1", "+1", "1e400", "1e3", "nan", "inf", "Infinity", "5 infinity", "1.2.3", "5x", "5S", "ms",
        "1min -30s", "\0", "0x10", "٣s", "5\u{301}s",
    ])
    func refusesWhatIsNone(text: String) {
        let error = #expect(throws: ValueError.self) { try TimeSpan.parse(text) }
        #expect(error?.description.contains("write it like 30, 500ms") == true)
    }

    @Test(arguments: [
        "101y", "100y 1us", "9223372036854775807", "99999999999999999999999999s", "9223372036854775807us 1us",
    ])
    func refusesMoreThanAHundredYears(text: String) {
        let error = #expect(throws: ValueError.self) { try TimeSpan.parse(text) }
        #expect(error?.description.contains("longer than 100 years; write infinity") == true)
    }

    @Test(arguments: [
        (Duration.zero, "0"), (.seconds(60), "1min"), (.seconds(90), "1min 30s"), (.milliseconds(500), "500ms"),
        (.microseconds(86_400_000_001), "1d 1us"), (.seconds(3_661), "1h 1min 1s"),
    ])
    func writesWhatItReads(span: Duration, text: String) throws {
        #expect(TimeSpan.text(span) == text)
        #expect(try TimeSpan.parse(text) == span)
    }

    @Test func everyTruncationAndRandomTextIsReadOrRefused() {
        let example = "1y 2months 3w 4days 5h 6min 7.89s 10ms 11µs"
        for length in 0...example.utf8.count {
            check(String(decoding: Array(example.utf8)[..<length], as: UTF8.self))
        }
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array("0123456789999 ..smhdwMyuµinfty-+e\u{301}".unicodeScalars)
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
            }
            check(text)
        }
    }

    private func check(_ text: String) {
        guard let span = try? TimeSpan.parse(text) else { return }
        #expect(span >= .zero && span <= TimeSpan.maximum)
        #expect((try? TimeSpan.parse(TimeSpan.text(span))) == span, "\(text)")
    }
}
