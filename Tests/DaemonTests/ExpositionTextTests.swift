import LogBackends
import Testing

@testable import Daemon

@Suite struct ExpositionTextTests {
    private func text(_ build: (inout ExpositionText) -> Void) -> String {
        var text = ExpositionText()
        build(&text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test func aFamilyHasHelpTypeAndSamples() {
        let text = text {
            $0.begin("sockserved_messages_total", .counter, "Messages that were received.")
            $0.add(UInt64.max, ["listener": "syslog", "outcome": "recorded"])
            $0.add(0, ["listener": "json", "outcome": "malformed"])
            $0.begin("sockserved_connections", .gauge, "Open connections.")
            $0.add(-1)
        }
        #expect(
            text == """
                # HELP sockserved_messages_total Messages that were received.
                # TYPE sockserved_messages_total counter
                sockserved_messages_total{listener="syslog",outcome="recorded"} 18446744073709551615
                sockserved_messages_total{listener="json",outcome="malformed"} 0
                # HELP sockserved_connections Open connections.
                # TYPE sockserved_connections gauge
                sockserved_connections -1

                """
        )
    }

    @Test func labelsAndHelpAreEscaped() {
        let text = text {
            $0.begin("a", .gauge, "b\\\n\"c\"")
            $0.add(1, ["name": "x\\y\n\"z\" \u{e4}"])
        }
        #expect(text == "# HELP a b\\\\\\n\"c\"\n# TYPE a gauge\na{name=\"x\\\\y\\n\\\"z\\\" \u{e4}\"} 1\n")
    }

    @Test func bucketsOfAHistogramAddUp() {
        var times = DurationHistogram()
        times.add(.microseconds(250))
        times.add(.microseconds(251))
        times.add(.seconds(11), count: 2)
        let text = text {
            $0.begin("t_seconds", .histogram, "Time.")
            $0.add(times, ["a": "b"])
        }
        let lines = text.split(separator: "\n").filter { !$0.contains(#/le="[0-9.]+"} [02]$/#) }
        #expect(
            lines == [
                "# HELP t_seconds Time.", "# TYPE t_seconds histogram", #"t_seconds_bucket{a="b",le="0.00025"} 1"#,
                #"t_seconds_bucket{a="b",le="+Inf"} 4"#, #"t_seconds_sum{a="b"} 22.000501"#,
                #"t_seconds_count{a="b"} 4"#,
            ]
        )
        for end in ["0.0001\"} 0", "0.0005\"} 2", "10\"} 2"] { #expect(text.contains("le=\"\(end)\n")) }
    }

    @Test func numbersAreThoseThatPrometheusReads() {
        let text = text {
            for value in [0.000_01, 1.5, -2, .infinity, -.infinity, .nan, 1e20] {
                $0.begin("v", .gauge, "")
                $0.add(value)
            }
        }
        let values = text.split(separator: "\n").filter { $0.hasPrefix("v ") }.map { $0.dropFirst(2) }
        #expect(values == ["1e-05", "1.5", "-2", "+Inf", "-Inf", "NaN", "1e+20"])
    }
}
