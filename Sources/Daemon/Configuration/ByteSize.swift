/// Sizes in bytes in systemd's notation: `16M`, `1G`, `4096`.
package enum ByteSize {
    private static let units: [(letter: Character, shift: Int)] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)]

    /// Parses a decimal number of bytes, or with the suffix K, M, G or T, of units of 1024 bytes and so on.
    ///
    /// - Throws: when the text is not a valid size, or too large.
    package static func parse(_ text: String) throws(ValueError) -> Int {
        let unit = units.first { text.last == $0.letter }
        let digits = unit == nil ? text[...] : text.dropLast()
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber else {
            throw ValueError("\"\(text)\" is not a valid size; write it like 65536, 512K, 16M or 1G")
        }
        let factor = 1 << (unit?.shift ?? 0)
        guard let number = Int(digits), case (let bytes, false) = number.multipliedReportingOverflow(by: factor) else {
            throw ValueError("\"\(text)\" is too large a number of bytes")
        }
        return bytes
    }

    /// The number in the shortest form that `parse` reads.
    package static func text(_ bytes: Int) -> String {
        for unit in units where bytes != 0 && bytes % (1 << unit.shift) == 0 {
            return "\(bytes >> unit.shift)\(unit.letter)"
        }
        return String(bytes)
    }
}
