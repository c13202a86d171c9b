import Linux
import TestSupport
import Testing

@Suite struct DurationTests {
    /// As whole seconds and attoseconds give them.
    private func expected(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    @Test func wholeNanosecondsAreThoseOfTheComponents() {
        var random = SeededGenerator(seed: 71)
        var durations: [Duration] = [
            .zero, .nanoseconds(1), .nanoseconds(-1), .seconds(Int64.max), .seconds(Int64.min),
        ]
        for seconds: Int64 in [9_223_372_036, 9_223_372_037, -9_223_372_036, -9_223_372_037] {
            durations += [0, 1, 854_775_807, 854_775_808, 999_999_999].map { .seconds(seconds) + .nanoseconds($0) }
        }
        for _ in 0..<1000 {
            let seconds = Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<64, using: &random)
            let attoseconds = Int64.random(in: 0..<1_000_000_000_000_000_000, using: &random)
            durations.append(Duration(secondsComponent: seconds, attosecondsComponent: attoseconds))
        }
        for duration in durations { #expect(duration.wholeNanoseconds == expected(duration), "\(duration)") }
    }
}
