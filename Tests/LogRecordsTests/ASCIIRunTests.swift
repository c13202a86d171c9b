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

    /// Other bytes must not hide a byte, nor make one of another.
    @Test func findsTheFirstOfSeveral() {
        let specials: [UInt8] = [0x00, 0x1F, 0x22, 0x5C, 0x7F, 0x80, 0xFF]
        for first in specials {
            for second in specials {
                for place in 0..<40 {
                    var text = [UInt8](repeating: UInt8(ascii: "!"), count: 72)
                    text[place] = first
                    text[place + 1] = second
                    text[place + 9] = second
                    #expect(ASCIIRun.endOfJSONSafe(in: text.span, from: 0) == place)
                }
            }
        }
    }

    @Test func aWordEndsAtTheFirstOfSeveral() {
        let specials: [UInt8] = [0x00, 0x20, 0x2F, 0x7F, 0x80, 0xFF]
        for first in specials {
            for second in specials {
                for place in 0..<40 {
                    var text = [UInt8](repeating: UInt8(ascii: "!"), count: 72)
                    text[place] = first
                    text[place + 1] = second
                    text[place + 9] = second
                    #expect(ASCIIRun.endOfWord(in: text.span, from: 0) == place)
                    #expect(ASCIIRun.endOfWord(in: text.span, from: place + 1) == place + 1)
                    #expect(ASCIIRun.endOfWord(in: text.span, from: place + 2) == place + 9)
                }
            }
        }
    }
}
