import LogRecords
import TestSupport
import Testing

@testable import LogBackends

@Suite struct TruncationTests {
    @Test func theRestIsCounted() {
        var output: [UInt8] = []
        Truncation.append(Array("Hello, client!".utf8).span, limit: 5, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "Hello...[cut, 9 bytes]")
    }

    /// Every cut of random escaped text falls between two pieces of it, and at the last such place.
    @Test func cutsFallBetweenCharactersAndEscapes() {
        var generator = SeededGenerator(seed: 4)
        let characters = ["a", "é", "€", "😀", "\n", "\u{1b}", "\u{202e}", "x", "1", "\u{9b}", "\t"]
        for _ in 0..<500 {
            var text: [UInt8] = []
            var boundaries = [0]
            for _ in 0..<30 {
                if Bool.random(using: &generator) {
                    TextEscaping.append([0xFF].span, to: &text)
                } else {
                    text.append(escaping: characters.randomElement(using: &generator) ?? "")
                }
                boundaries.append(text.count)
            }
            for limit in 0..<text.count {
                let expected = boundaries.last { $0 <= limit }
                #expect(Truncation.boundary(in: text.span, before: limit) == expected)
            }
        }
    }

    @Test func noBytesTrap() {
        var generator = SeededGenerator(seed: 5)
        let bytes: [UInt8] = [0x5C, 0x78, 0x75, 0x6E, 0x80, 0xC3, 0xF0, 0x61, 0]
        for _ in 0..<2000 {
            let text = (0..<12).map { _ in bytes.randomElement(using: &generator) ?? 0 }
            for limit in 0..<text.count {
                let boundary = Truncation.boundary(in: text.span, before: limit)
                #expect((max(0, limit - 8)...limit).contains(boundary))
            }
        }
    }
}
