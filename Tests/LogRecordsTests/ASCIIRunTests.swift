import Testing

@testable import LogRecords

@Suite struct ASCIIRunTests {
    private static let maxCount = 80

    /// Each byte value at each place of texts of each length: around the ends of the words that are looked at.
    @Test func endsAtTheFirstByteThatIsNotPlain() {
        for byte in UInt8.min...UInt8.max {
            let isPlain = (0x20..<0x7F).contains(byte)
            let isUnquoted = isPlain && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            let isOfWord = isPlain && byte != UInt8(ascii: " ") && byte != UInt8(ascii: "/")
            for place in 0..<Self.maxCount {
                var text = [UInt8](repeating: UInt8(ascii: "~"), count: Self.maxCount)
                text[place] = byte
                #expect(ASCIIRun.end(in: text.span, from: 0) == (isPlain ? Self.maxCount : place))
                #expect(ASCIIRun.endOfJSONSafe(in: text.span, from: 0) == (isUnquoted ? Self.maxCount : place))
                #expect(ASCIIRun.endOfWord(in: text.span, from: 0) == (isOfWord ? Self.maxCount : place))
            }
        }
    }

    @Test func neitherSkipsNorPassesTheEnd() {
        for count in 0...Self.maxCount {
            let text = [UInt8](repeating: UInt8(ascii: " "), count: count)
            for start in 0...count {
                #expect(ASCIIRun.end(in: text.span, from: start) == count)
                #expect(ASCIIRun.endOfJSONSafe(in: text.span, from: start) == count)
            }
        }
    }

    /// The end is looked for in words that may begin before the start.
    @Test func whatStandsBeforeTheStartDoesNotCount() {
        for count in 1...40 {
            for start in 1...count {
                for end in start...count {
                    var text = [UInt8](repeating: UInt8(ascii: "~"), count: count)
                    for place in 0..<start { text[place] = 0xFF }
                    if end < count { text[end] = 0x1F }
                    #expect(ASCIIRun.end(in: text.span, from: start) == end)
                }
            }
        }
    }

    /// Other bytes must not hide a byte, nor make one of another.
    @Test func findsTheFirstOfSeveral() {
        expectFirst(of: [0x00, 0x1F, 0x22, 0x5C, 0x7F, 0x80, 0xFF]) { ASCIIRun.endOfJSONSafe(in: $0, from: $1) }
        expectFirst(of: [0x00, 0x20, 0x2F, 0x7F, 0x80, 0xFF]) { ASCIIRun.endOfWord(in: $0, from: $1) }
        expectFirst(of: [0x00, 0x1F, 0x7F, 0x80, 0xFF]) { ASCIIRun.end(in: $0, from: $1) }
    }

    private func expectFirst(of specials: [UInt8], _ end: (Span<UInt8>, Int) -> Int) {
        for first in specials {
            for second in specials {
                for place in 0..<40 {
                    var text = [UInt8](repeating: UInt8(ascii: "!"), count: 72)
                    text[place] = first
                    text[place + 1] = second
                    text[place + 9] = second
                    let ends = [0, place + 1, place + 2].map { end(text.span, $0) }
                    #expect(ends == [place, place + 1, place + 9])
                }
            }
        }
    }
}
