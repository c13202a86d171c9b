import Testing

@testable import Systemd

@Suite struct WatchdogTests {
    private func interval(_ environment: [String: String]) throws(EnvironmentError) -> Duration? {
        try Watchdog.interval(environment: { environment[$0] }, processID: 7)
    }

    @Test func intervalIsInMicroseconds() throws {
        #expect(try interval(["WATCHDOG_USEC": "2500000"]) == .milliseconds(2500))
        #expect(try interval(["WATCHDOG_USEC": "1", "WATCHDOG_PID": "7"]) == .microseconds(1))
    }

    @Test func noWatchdogIsNil() throws {
        #expect(try interval([:]) == nil)
        #expect(try interval(["WATCHDOG_PID": "7"]) == nil)
        #expect(try interval(["WATCHDOG_USEC": "2500000", "WATCHDOG_PID": "8"]) == nil)
    }

    @Test(arguments: ["", "0", "-1", "1.5", "5s", "9223372036854775808", "18446744073709551615"])
    func malformedValuesAreErrors(_ value: String) {
        #expect(throws: EnvironmentError.self) { try interval(["WATCHDOG_USEC": value]) }
        if value != "9223372036854775808" && value != "18446744073709551615" {
            #expect(throws: EnvironmentError.self) { try interval(["WATCHDOG_USEC": "1", "WATCHDOG_PID": value]) }
        }
    }
}
