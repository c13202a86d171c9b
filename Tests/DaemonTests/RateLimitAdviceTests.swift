import Testing

@testable import Daemon

@Suite struct RateLimitAdviceTests {
    @Test func theLimitInForceComesWithWhatToDo() {
        let text = RateLimitAdvice.text(unit: "logs.service", isOff: false) ?? ""
        #expect(text.contains("\"systemctl edit logs.service\""))
        #expect(text.contains("LogRateLimitIntervalSec=1us and LogRateLimitBurst=1000000"))
        #expect(text.contains("systemd-run -p LogRateLimitIntervalSec=1us -p LogRateLimitBurst=1000000"))
    }

    @Test func withoutALimitThereIsNoWarning() {
        #expect(RateLimitAdvice.text(unit: "logs.service", isOff: true) == nil)
    }
}
