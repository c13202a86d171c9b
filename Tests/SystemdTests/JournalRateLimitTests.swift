import Testing

@testable import Systemd

@Suite struct JournalRateLimitTests {
    @Test(arguments: [("1", "1000000"), ("1", nil), ("1000000", "1000000"), ("10000", nil)])
    func aRecordEachMicrosecondIsNotALimit(interval: String, burst: String?) {
        #expect(JournalRateLimit(interval: interval, burst: burst).isOff)
    }

    @Test(arguments: [
        (nil, nil), (nil, "1000000"), ("30000000", "10000"), ("1000000", "10000"), ("10001", nil),
        // systemd passes neither, and journald would not accept text that is not a number.
        ("0", "1000000"), ("", "1"), ("1us", "1000000"), ("-1", "1"), ("+1", "1"), (" 1", "1"),
        ("18446744073709551616", "1"), ("18446744073709551615", "18446744073709551614"),
    ])
    func anythingElseIsALimit(interval: String?, burst: String?) {
        #expect(!JournalRateLimit(interval: interval, burst: burst).isOff)
    }

    @Test func aUnitThatIsNotThereHasNothingSet() {
        #expect(JournalRateLimit(ofUnit: "no-such-unit.service") == JournalRateLimit(interval: nil, burst: nil))
    }
}
