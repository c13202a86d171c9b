import CLinux
import Glibc
import LogRecords

/// The flags, width, precision and type after a name in a template, as in `%(levelname)-8s`.
struct PrintfConversion: Sendable, Equatable {
    enum Kind {
        /// The type `s`.
        case text
        /// The types `d`, `i` and `u`.
        case integer
        /// The types `f` and `F`.
        case float
    }

    /// The largest width and precision that are accepted.
    static let limit = 999

    /// The flag `-`.
    var isLeftAligned = false
    /// The flag `0`.
    var isZeroPadded = false
    /// The flag `+`.
    var showsPlus = false
    /// The flag space: a space instead of a plus sign.
    var showsBlank = false
    /// The flag `#`: a float has a decimal point even without decimals.
    var isAlternate = false
    var width = 0
    var precision: Int?
    var type = Kind.text

    /// Appends the sign and the digits; the precision is the minimum number of digits.
    func append(_ integer: Int64, to output: inout [UInt8]) {
        appendSign(isNegative: integer < 0, to: &output)
        let start = output.count
        output.append(decimal: integer.magnitude)
        let missing = (precision ?? 0) - (output.count - start)
        if missing > 0 {
            output.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing), at: start)
        }
    }

    /// Appends the sign and the digits; the precision is the number of decimals, by default 6.
    func append(_ float: Double, to output: inout [UInt8]) {
        appendSign(isNegative: float.sign == .minus, to: &output)
        // 309 digits before the point at most, `limit` after it.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 310 + 2 + Self.limit) { buffer in
            let arguments: [any CVarArg] = [Int32(min(precision ?? 6, Self.limit)), float.magnitude]
            let count = withVaList(arguments) { list in
                vsnprintf(buffer.baseAddress, buffer.count, isAlternate ? "%#.*f" : "%.*f", list)
            }
            output.append(contentsOf: buffer.prefix(Int(max(0, count))).map { UInt8(bitPattern: $0) })
        }
    }

    private func appendSign(isNegative: Bool, to output: inout [UInt8]) {
        if isNegative {
            output.append("-")
        } else if showsPlus {
            output.append("+")
        } else if showsBlank {
            output.append(" ")
        }
    }

    /// Cuts the output from `start` on, if text, to the precision, and pads it to the width.
    func fit(_ output: inout [UInt8], from start: Int) {
        if type == .text, let precision {
            Self.cut(&output, from: start, to: precision)
        }
        guard width > 0 else { return }
        let missing = width - Self.characters(in: output.span.extracting(start...))
        guard missing > 0 else { return }
        if isLeftAligned {
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: missing))
        } else if isZeroPadded, type != .text {
            let digits = start + (Self.isSign(output[start]) ? 1 : 0)
            output.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing), at: digits)
        } else {
            output.insert(contentsOf: repeatElement(UInt8(ascii: " "), count: missing), at: start)
        }
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ")
    }

    /// The number of code points in valid UTF-8: of all bytes except continuation bytes.
    private static func characters(in text: Span<UInt8>) -> Int {
        var count = 0
        for index in text.indices where text[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    private static func cut(_ output: inout [UInt8], from start: Int, to limit: Int) {
        var count = 0
        for index in start..<output.count where output[index] & 0xC0 != 0x80 {
            guard count < limit else {
                output.removeSubrange(index...)
                return
            }
            count += 1
        }
    }
}
