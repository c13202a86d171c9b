import LogRecords
import TestSupport
import Testing

@testable import LogBackends

/// An encoder that has written other records writes the lines that the template gives.
@Suite struct LineEncoderTests {
    private static let templates = [
        "%(asctime)s:%(levelname)s:%(message)s", "%(asctime)s [%(levelname)s] %(message)s;",
        "%(time)s %(level)s %(levelno)d",
        "%(severity)s%(message)s", "%(levelname)s %(levelno)s %(message)s", "%(message)s", "%(asctime)-30s%(message)s",
        "%(message)s %(asctime)s",
    ]

    private func fill(_ record: inout LogRecord, _ random: inout SeededGenerator) {
        let time = WallTime(
            seconds: Int64.random(in: 1_795_424_400...1_795_424_402, using: &random),
            nanoseconds: Int32.random(in: 0..<4, using: &random) * 500_000
        )
        let severity = Severity(rawValue: UInt8.random(in: 0..<8, using: &random)) ?? .debug
        record.begin(nil, severity: severity, time: time, origin: nil)
        if Bool.random(using: &random) { record.set(.levelNumber, to: Int64.random(in: 0..<60, using: &random)) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: record.set(.levelName, to: severity.pythonName)
        case 1: record.set(.levelName, to: "LOUD")
        case 2: record.set(.levelName, to: "")
        default: break
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: record.append("two\nlines")
        case 1: break
        default: record.setPlainMessage(Array("plain".utf8).span)
        }
        if Int.random(in: 0..<4, using: &random) == 0 { record.set(.exceptionText, to: "Traceback\n  ") }
    }

    @Test(arguments: templates)
    func linesAreThoseOfTheTemplate(_ text: String) throws {
        let template = try LineTemplate(text)
        var random = SeededGenerator(seed: 51)
        var encoder = LineEncoder(.template(template), program: "sockserved")
        var record = LogRecord(nil, severity: .debug)
        for _ in 0..<2000 {
            fill(&record, &random)
            var line: [UInt8] = []
            encoder.encode(record, into: &line)
            var values = TemplateFieldWriter(program: "sockserved")
            var expected: [UInt8] = []
            template.append(record, with: &values, to: &expected)
            #expect(line == expected + [UInt8(ascii: "\n")], "\(String(decoding: expected, as: UTF8.self))")
        }
    }
}
