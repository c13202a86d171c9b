import LogRecords
import Testing

@Suite struct DecimalTests {
    @Test(arguments: [
        "0", "7", "-7", "+7", "-0", "007", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "99999999999999999999", "", "-", "+", "1 ", " 1", "1a", "--1", "0x1", "é",
    ])
    func numbersAreReadAsTheStandardLibraryReadsThem(text: String) {
        #expect(Int64(decimal: Array(text.utf8).span) == Int64(text))
    }
}
