import Foundation
import LogRecords
import TestSupport
import Testing

@testable import LogFormats

/// Names that are found at once have the severity that the general look-up gives them.
@Suite struct LevelNamesTests {
    /// Blanks around a name leave the general look-up only.
    private func compare(_ name: [UInt8]) {
        let decorated = Array(" ".utf8) + name + Array(" ".utf8)
        let found = LevelNames.shared.severity(named: name.span)
        #expect(found == LevelNames.shared.severity(named: decorated.span), "\(String(decoding: name, as: UTF8.self))")
    }

    private static let names = [
        "emerg", "alert", "crit", "fatal", "panic", "f", "err", "severe", "warn", "warning", "notice", "system", "info",
        "informational", "http", "debug", "debug5", "trace", "verbose", "d3", "finest", "t", "v", "m", "hello", "",
    ]

    @Test func everyCase() {
        var random = SeededGenerator(seed: 61)
        for name in Self.names {
            for text in [name, name.uppercased(), name.capitalized] { compare(Array(text.utf8)) }
            for _ in 0..<50 {
                let bytes = name.utf8.map { $0 >= 0x61 && Bool.random(using: &random) ? $0 ^ 0x20 : $0 }
                compare(bytes)
                var other = bytes + [UInt8.random(in: 0x21...0x7E, using: &random)]
                compare(other)
                other[Int.random(in: 0..<other.count, using: &random)] = .random(in: 0...255, using: &random)
                compare(other)
                other.removeFirst()
                compare(other)
            }
        }
    }

    @Test func aNameInAnyCaseHasItsSeverity() {
        for (name, severity) in [
            ("warn", Severity.warning), ("ERROR", .error), ("Debug", .debug), ("InFo", .informational),
        ] {
            #expect(LevelNames.shared.severity(named: Array(name.utf8).span) == severity)
        }
    }
}
