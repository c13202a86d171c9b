import LogRecords
import Testing

@Suite struct TextEscapingTests {
    @Test func controlCharactersAreEscaped() {
        var output: [UInt8] = []
        output.append(escaping: "a\nb\u{1b}[0m")
        #expect(String(decoding: output, as: UTF8.self) == "a\\nb\\x1b[0m")
    }
}
