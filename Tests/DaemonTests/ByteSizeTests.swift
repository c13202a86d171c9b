import Daemon
import TestSupport
import Testing

@Suite struct ByteSizeTests {
    @Test(arguments: [
        ("0", 0), ("65536", 65_536), ("512K", 524_288), ("16M", 16_777_216), ("1G", 1 << 30), ("2T", 2 << 40),
        ("007K", 7168),
    ])
    func readsNumbersWithAndWithoutUnit(text: String, bytes: Int) throws {
        #expect(try ByteSize.parse(text) == bytes)
    }

    @Test(arguments: [
        "", "M", "-1", "+1", "1.5M", "16m", "16MB", "16 M", " 16M", "1e9", "0x10", "1\0", "٣", "16M\u{301}",
    ])
    func refusesTextThatIsNotASize(text: String) {
        let error = #expect(throws: ValueError.self) { try ByteSize.parse(text) }
        #expect(error?.description.contains("write it like 65536, 512K, 16M or 1G") == true)
    }

    @Test(arguments: ["9223372036854775808", "8388608T", "99999999999999999999999T"])
    func refusesWhatDoesNotFit(text: String) {
        let error = #expect(throws: ValueError.self) { try ByteSize.parse(text) }
        #expect(error?.description.contains("too large") == true)
    }

    @Test(arguments: [(0, "0"), (1000, "1000"), (1024, "1K"), (16 << 20, "16M"), (3 << 40, "3T"), (1536, "1536")])
    func writesWhatItReads(bytes: Int, text: String) throws {
        #expect(ByteSize.text(bytes) == text)
        #expect(try ByteSize.parse(text) == bytes)
    }
}
