import LogRecords
import TestSupport
import Testing

@Suite struct TextEscapingTests {
    private func escape(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        TextEscaping.append(bytes.span, to: &output)
        return output
    }

    private func text(_ bytes: [UInt8]) -> String {
        String(decoding: escape(bytes), as: UTF8.self)
    }

    /// The properties of any output.
    private func isHarmless(_ output: [UInt8]) -> Bool {
        guard let text = String(validating: output, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: !scalar.properties.isBidiControl
            }
        }
    }

    @Test func controlCharactersAreEscaped() {
        var output: [UInt8] = []
        output.append(escaping: "a\nb\u{1b}[0m")
        #expect(String(decoding: output, as: UTF8.self) == "a\\nb\\x1b[0m")
    }

    @Test func everyByteAlone() {
        for byte in UInt8.min...UInt8.max {
            let expected =
                switch byte {
                case 0x09: "\\t"
                case 0x0A: "\\n"
                case 0x0D: "\\r"
                case 0x20..<0x7F: String(Unicode.Scalar(byte))
                default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            #expect(text([byte]) == expected)
        }
    }

    /// The scan takes eight bytes at a time: each byte at each place of a word, and in the rest.
    @Test func everyByteAtEveryPlace() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<19 {
                var input = Array(repeating: UInt8(ascii: "~"), count: 19)
                input[place] = byte
                let expected =
                    Array(repeating: UInt8(ascii: "~"), count: place) + escape([byte])
                    + Array(repeating: UInt8(ascii: "~"), count: 18 - place)
                #expect(escape(input) == expected)
            }
        }
    }

    @Test func scalarsThatAreHarmlessStay() {
        // All of the first plane's, and some of the others', where nothing is escaped.
        for value in [Array(UInt32(0)...0xFFFF), Array(stride(from: 0x1_0000, through: 0x10_FFFF, by: 61))].joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let input = Array(String(scalar).utf8)
            let output = escape(input)
            let isKept = isHarmless(input)
            guard isKept != (output == input) || !isHarmless(output) else { continue }
            Issue.record("U+\(String(value, radix: 16)) became \(output)")
        }
    }

    @Test func separatorsAndBidirectionalControlsAreEscaped() {
        let all: [UInt32] = [0x85, 0x9F, 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069]
        for value in all {
            let digits = String(value, radix: 16)
            let expected = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            let input = Unicode.Scalar(value).map { Array(String($0).utf8) } ?? []
            #expect(text(input) == expected)
        }
    }

    @Test func truncatedTextIsEscapedFromWhereItIsCut() {
        let whole = Array("aü\u{1F600}€\n".utf8)
        for count in 0...whole.count {
            #expect(isHarmless(escape(Array(whole.prefix(count)))))
        }
        #expect(text([0x61, 0xC3]) == "a\\xc3")
        #expect(text([0xF0, 0x9F, 0x98]) == "\\xf0\\x9f\\x98")
        #expect(text([0xE2, 0x82, 0x61]) == "\\xe2\\x82a")
    }

    @Test(
        arguments: [
            [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE], [0xE0, 0x80, 0x8A],
        ] as [[UInt8]]
    )
    func illFormedBytesAreEscapedOneByOne(input: [UInt8]) {
        #expect(text(input) == input.map { "\\x" + String($0, radix: 16) }.joined())
    }

    @Test func randomBytesBecomeHarmlessAndStaySo() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            // Half of it plain, so that words that are plain and words that are not follow each other.
            let input = (0..<count).map { _ in
                Bool.random(using: &generator) ? UInt8(ascii: "x") : UInt8.random(in: 0...255, using: &generator)
            }
            let output = escape(input)
            #expect(isHarmless(output))
            #expect(escape(output) == output)
        }
    }

    @Test func whatIsThereAlreadyStays() {
        var output = Array("kept ".utf8)
        TextEscaping.append(Array("\0".utf8).span, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "kept \\x00")
    }
}
