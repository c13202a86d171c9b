import LogRecords
import TestSupport
import Testing

@Suite struct UTF8ScalarTests {
    private func isValidToSwift(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    @Test func scalarsAreEncoded() {
        for value in [Array(UInt32(0)...0x1_0000), Array(stride(from: 0x1_0001, through: 0x10_FFFF, by: 61))].joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            var bytes: [UInt8] = []
            UTF8Scalar.append(value, to: &bytes)
            guard bytes != Array(String(scalar).utf8) else { continue }
            Issue.record("U+\(String(value, radix: 16)) became \(bytes)")
        }
    }

    @Test func scalarsAreDecoded() {
        for value in [Array(UInt32(0)...0x1_0000), Array(stride(from: 0x1_0001, through: 0x10_FFFF, by: 61))].joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(scalar).utf8)
            let (length, decoded) = UTF8Scalar.decode(bytes.span, at: 0)
            guard length != bytes.count || decoded != value else { continue }
            Issue.record("U+\(String(value, radix: 16)) became \(length), \(String(describing: decoded))")
        }
    }

    @Test func allPairsAreJudgedAsSwiftDoes() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let bytes = [first, second]
                guard UTF8Scalar.isValid(bytes.span) != isValidToSwift(bytes) else { continue }
                Issue.record("\(bytes)")
            }
        }
    }

    @Test func randomSequencesAreJudgedAsSwiftDoes() {
        var generator = SeededGenerator(seed: 2)
        // Bytes at which the rules change.
        let edges: [UInt8] = [
            0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF4,
            0xF5,
        ]
        var valid = 0
        for _ in 0..<100_000 {
            let bytes = (0..<Int.random(in: 2...5, using: &generator)).map { _ in
                edges.randomElement(using: &generator) ?? 0
            }
            let isValid = isValidToSwift(bytes)
            if isValid { valid += 1 }
            guard UTF8Scalar.isValid(bytes.span) != isValid else { continue }
            Issue.record("\(bytes)")
        }
        #expect(valid > 300)
    }

    @Test func truncatedTextIsValidOnlyBetweenScalars() {
        let whole = Array("long enough for words of eight bytes: aü\u{1F600}€, and more".utf8)
        for count in 0...whole.count {
            let bytes = Array(whole.prefix(count))
            #expect(UTF8Scalar.isValid(bytes.span) == isValidToSwift(bytes))
        }
    }
}
