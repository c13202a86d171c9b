import LogRecords
import Testing

@Suite struct HexadecimalTests {
    @Test func digitsHaveTheirValues() {
        for byte in UInt8.min...UInt8.max {
            let expected = Character(Unicode.Scalar(byte)).hexDigitValue.flatMap { byte < 0x80 ? UInt8($0) : nil }
            #expect(Hexadecimal.value(byte) == expected)
        }
        #expect((0...15 as ClosedRange<UInt8>).map(Hexadecimal.digit) == Array("0123456789abcdef".utf8))
    }
}
