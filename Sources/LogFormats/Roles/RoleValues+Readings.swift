import LogRecords

/// Reads single values.
extension RoleValues {
    /// Whether a value is text that is not empty.
    func isText(_ value: JSONValue) -> Bool {
        if case .string(let string) = value { !string.range.isEmpty } else { false }
    }

    /// An integer, or one as text as the journal and Google write it.
    static func integer(_ value: JSONValue, in text: Span<UInt8>) -> Int64? {
        guard case .string(let string) = value else { return value.integer(in: text) }
        let digits = text.extracting(string.range)
        // Not with leading zeros, which would be lost.
        guard digits.count == 1 || (digits.count > 1 && digits[0] != UInt8(ascii: "0")) else { return nil }
        guard digits.count == 1 || digits[0] != UInt8(ascii: "-") || digits[1] != UInt8(ascii: "0") else { return nil }
        return JSONValue.integer(digits)
    }

    /// A time in any form (`WrittenTime`), or a number of seconds or parts of a second since 1970, distinguished by
    /// their size: seconds have 9 to 11 digits, milliseconds up to 14, microseconds up to 17.
    ///
    /// Smaller numbers are taken for durations.
    static func time(_ value: JSONValue, in text: Span<UInt8>, _ context: ReceiveContext) -> WallTime? {
        switch value {
        case .number(let range): return epoch(text.extracting(range))
        case .string(let string):
            guard string.hasEscapes else { return time(text.extracting(string.range), context) }
            guard let decoded = decoded(string, in: text) else { return nil }
            return time(decoded.span, context)
        default: return nil
        }
    }

    private static func time(_ written: Span<UInt8>, _ context: ReceiveContext) -> WallTime? {
        // Most are of RFC 3339, and cannot be numbers.
        guard written.count < 19 || written[4] != UInt8(ascii: "-") else { return WrittenTime.read(written, context) }
        return epoch(written) ?? WrittenTime.read(written, context)
    }

    private static func epoch(_ written: Span<UInt8>) -> WallTime? {
        var digits = 0
        while digits < written.count, written[digits] &- UInt8(ascii: "0") < 10 { digits &+= 1 }
        switch digits {
        case ..<9: return nil
        case 9...11: return MessageTime.wallTime(epochText: written)
        case 12...14: return MessageTime.wallTime(epochText: written, scale: 3)
        case 15...17: return MessageTime.wallTime(epochText: written, scale: 6)
        default: return MessageTime.wallTime(epochText: written, scale: 9)
        }
    }

    /// Decodes a short string; nil for a long one, or invalid UTF-8.
    static func decoded(_ string: JSONString, in text: Span<UInt8>) -> [UInt8]? {
        guard string.range.count <= 256 else { return nil }
        var decoded: [UInt8] = []
        return string.append(from: text, to: &decoded) ? decoded : nil
    }

    /// Splits `server/main.go:42`: returns the size of the file's name, and the line.
    static func callSite(_ text: Span<UInt8>) -> (count: Int, line: Int64)? {
        var digits = text.count
        while digits > 0, text[digits &- 1] &- UInt8(ascii: "0") < 10 { digits &-= 1 }
        guard digits > 1, digits < text.count, text[digits &- 1] == UInt8(ascii: ":"),
            text[digits] != UInt8(ascii: "0"),
            let line = JSONValue.integer(text.extracting(digits...))
        else { return nil }
        return (digits &- 1, line)
    }

    /// Whether a string with escapes has more than one line.
    func hasLines(_ string: Span<UInt8>) -> Bool {
        var index = 0
        while index &+ 1 < string.count {
            guard string[index] == UInt8(ascii: "\\") else {
                index &+= 1
                continue
            }
            if string[index &+ 1] == UInt8(ascii: "n") { return true }
            index &+= 2
        }
        return false
    }

    /// Whether an array has numbers of 0 to 255 only, at least one: the journal writes bytes that are not text in this
    /// way.
    static func isBytes(_ array: Span<UInt8>) -> Bool {
        var count = 0
        return eachByte(of: array) { _ in count &+= 1 } && count > 0
    }

    /// - Returns: false where the array has anything other than bytes.
    static func eachByte(of array: Span<UInt8>, _ body: (UInt8) -> Void) -> Bool {
        var number = -1
        // The brackets are around it.
        for index in 1..<array.count {
            switch array[index] {
            case let byte where byte &- UInt8(ascii: "0") < 10:
                number = max(0, number) &* 10 &+ Int(byte &- UInt8(ascii: "0"))
                guard number < 256 else { return false }
            case UInt8(ascii: ","), UInt8(ascii: "]"):
                if number >= 0 { body(UInt8(truncatingIfNeeded: number)) }
                number = -1
            case 0x20, 0x09, 0x0A, 0x0D:
                break
            default:
                return false
            }
        }
        return true
    }
}
