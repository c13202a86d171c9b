import Testing

@testable import LogBackends

@Suite struct JournalFieldNameTests {
    @Test func aNameOfAnyLengthBecomesTheSameInWordsAndBytes() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            for size in 0...70 {
                let name = (0..<size).map { _ in UInt8.random(in: 1...127, using: &random) }
                for prefix in ["", "SYSLOG_SD_"] {
                    check(name, after: prefix)
                }
            }
        }
    }

    @Test func everyCharacterBecomesTheSameAtEveryPlace() {
        for byte in 0...UInt8.max {
            for place in 0..<17 {
                var name = Array(repeating: UInt8(ascii: "a"), count: 17)
                name[place] = byte
                check(name, after: "X_")
                check(name, after: "")
            }
        }
    }

    @Test func aCharacterOfSeveralBytesIsOneUnderscore() {
        check(Array("größe".utf8), after: "")
        check(Array("dateigröße in bytes".utf8), after: "SYSLOG_SD_")
        check(Array("日本".utf8), after: "")
    }

    private func check(_ name: [UInt8], after prefix: String) {
        var output = Array("MESSAGE=text\n\(prefix)".utf8)
        let start = output.count - prefix.utf8.count
        JournalFieldName.append(name.span, from: start, to: &output)
        #expect(output[start...].elementsEqual(Array(prefix.utf8) + Self.expected(name, after: prefix)))
    }

    /// The rules, byte by byte.
    private static func expected(_ name: [UInt8], after prefix: String) -> [UInt8] {
        var text: [UInt8] = []
        for (index, byte) in name.enumerated() where index == 0 || byte & 0xC0 != 0x80 {
            let scalar = Unicode.Scalar(byte)
            let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            text.append(isKept ? Character(scalar).uppercased().utf8.first ?? 0 : UInt8(ascii: "_"))
        }
        if prefix.isEmpty, !(text.first.map { (0x41...0x5A).contains($0) } ?? false) {
            text.insert(contentsOf: Array("F_".utf8), at: 0)
        }
        return Array(text.prefix(64 - prefix.utf8.count))
    }
}
