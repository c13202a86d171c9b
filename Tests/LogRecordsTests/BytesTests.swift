import LogRecords
import Testing

@Suite struct BytesTests {
    private func text(_ body: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        body(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 123_456_789, -1, -10, .max, .min] as [Int64])
    func decimalIsWhatSwiftWrites(value: Int64) {
        #expect(text { $0.append(decimal: value) } == String(value))
    }

    @Test func decimalOfOtherWidths() {
        #expect(text { $0.append(decimal: UInt64.max) } == "18446744073709551615")
        #expect(text { $0.append(decimal: Int8.min) } == "-128")
        #expect(text { $0.append(decimal: UInt8(200)) } == "200")
    }

    @Test func decimalIsAppended() {
        #expect(
            text { bytes in
                bytes.append("a")
                bytes.append(decimal: 12)
                bytes.append("b")
            } == "a12b"
        )
    }

    @Test(arguments: [
        (0, 2, "00"), (7, 2, "07"), (10, 2, "10"), (99, 2, "99"), (100, 2, "100"), (5, 6, "000005"),
        (123_456, 6, "123456"),
        (2023, 4, "2023"), (1, 0, "1"),
    ])
    func decimalIsFilledWithZeros(value: Int, width: Int, expected: String) {
        #expect(text { $0.append(decimal: value, width: width) } == expected)
    }

    @Test func decimalDigitsAreReadAsInTheStandardLibrary() {
        for sign in ["", "-", "+"] {
            for size in 0...21 {
                for digit in ["0", "1", "5", "9"] {
                    let text = sign + String(repeating: digit, count: size)
                    #expect(Int64(decimal: Array(text.utf8).span) == Int64(text), "\(text)")
                    #expect(Int64(decimal: Array((text + "x").utf8).span) == nil)
                }
            }
        }
        for text in ["9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"] {
            #expect(Int64(decimal: Array(text.utf8).span) == Int64(text))
        }
    }

    private func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool { first.span.isEqual(to: second.span) }

    /// Bytes are compared eight at a time, and the last eight again.
    @Test func bytesAreEqualWhereEachIs() {
        for count in 0...40 {
            let text = (0..<count).map { UInt8($0) }
            #expect(areEqual(text, Array(text)))
            #expect(!areEqual(text, text + [0]))
            for place in 0..<count {
                var other = text
                other[place] ^= 0x80
                #expect(!areEqual(text, other))
            }
        }
    }
}
