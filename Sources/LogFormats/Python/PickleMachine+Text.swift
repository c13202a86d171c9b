import LogRecords

/// Text that protocol 0 writes with escapes.
extension PickleMachine {
    /// UNICODE: each byte is one character, except `\uXXXX` and `\UXXXXXXXX`.
    mutating func readUnicode(_ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        let line = try readLine(input)
        guard line.contains(where: { input[$0] >= 0x80 || input[$0] == UInt8(ascii: "\\") }) else {
            return PickleValue(.text, line, isDecoded: false)
        }
        let start = decoded.count
        var index = line.lowerBound
        while index < line.upperBound {
            let byte = input[index]
            index &+= 1
            guard byte == UInt8(ascii: "\\"), index < line.upperBound else {
                UTF8Scalar.append(UInt32(byte), to: &decoded)
                continue
            }
            let digits: Int
            switch input[index] {
            case UInt8(ascii: "u"): digits = 4
            case UInt8(ascii: "U"): digits = 8
            default:
                // A backslash protects the next one, as Python's codec has it.
                decoded.append(byte)
                UTF8Scalar.append(UInt32(input[index]), to: &decoded)
                index &+= 1
                continue
            }
            let first = index &+ 1
            if line.upperBound &- first >= digits,
                let scalar = Self.hexadecimal(input.extracting(first..<(first &+ digits))), scalar <= 0x10_FFFF
            {
                UTF8Scalar.append(scalar, to: &decoded)
                index = first &+ digits
            } else {
                hasGuessed = true
                decoded.append(byte)
            }
        }
        return PickleValue(.text, start..<decoded.count, isDecoded: true)
    }

    /// STRING: a byte string as Python 2's `repr` writes it, in single or double quotation marks.
    mutating func readString(_ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        var line = try readLine(input)
        while let last = line.last, input[last] == 0x20 || input[last] == 0x0D {
            line = line.lowerBound..<last
        }
        guard line.count >= 2, let first = line.first, let last = line.last, input[first] == input[last],
            input[first] == UInt8(ascii: "'") || input[first] == UInt8(ascii: "\"")
        else { throw MessageError("a string without quotation marks before byte \(position)") }
        line = (first &+ 1)..<last
        guard line.contains(where: { input[$0] == UInt8(ascii: "\\") }) else {
            return PickleValue(.text, line, isDecoded: false)
        }
        let start = decoded.count
        var index = line.lowerBound
        while index < line.upperBound {
            let byte = input[index]
            index &+= 1
            guard byte == UInt8(ascii: "\\"), index < line.upperBound else {
                decoded.append(byte)
                continue
            }
            index &+= appendEscape(input.extracting(index..<line.upperBound))
        }
        return PickleValue(.text, start..<decoded.count, isDecoded: true)
    }

    /// Appends the bytes that an escape sequence stands for.
    ///
    /// - Parameter rest: the bytes after the backslash, at least one.
    /// - Returns: how many bytes of it were taken.
    private mutating func appendEscape(_ rest: Span<UInt8>) -> Int {
        switch rest[0] {
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "a"): decoded.append(0x07)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "v"): decoded.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): decoded.append(rest[0])
        case UInt8(ascii: "x"):
            guard rest.count >= 3, let value = Self.hexadecimal(rest.extracting(1..<3)) else {
                appendGuessed(rest[0])
                return 1
            }
            decoded.append(UInt8(truncatingIfNeeded: value))
            return 3
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value: UInt32 = 0
            var count = 0
            while count < min(3, rest.count), (0x30...0x37).contains(rest[count]) {
                value = value << 3 | UInt32(rest[count] &- 0x30)
                count &+= 1
            }
            decoded.append(UInt8(truncatingIfNeeded: value))
            return count
        default: appendGuessed(rest[0])
        }
        return 1
    }

    /// A backslash that begins no escape sequence stays, as in Python.
    private mutating func appendGuessed(_ byte: UInt8) {
        hasGuessed = true
        decoded.append(UInt8(ascii: "\\"))
        decoded.append(byte)
    }

    private static func hexadecimal(_ digits: Span<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for index in digits.indices {
            guard let digit = Hexadecimal.value(digits[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
