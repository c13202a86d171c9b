import LogRecords

extension JSONValue {
    /// The value of a number that is written as an integer and fits; nil for any other number or value.
    ///
    /// `-0` is not one: it would come out as another number.
    package func integer(in input: Span<UInt8>) -> Int64? {
        guard case .number(let range) = self else { return nil }
        return Self.integer(input.extracting(range))
    }

    /// The value of digits with or without a minus sign; nil when it is anything else, or does not fit.
    package static func integer(_ text: Span<UInt8>) -> Int64? {
        guard text.count > 0, text[0] != UInt8(ascii: "+"), let value = Int64(decimal: text) else { return nil }
        return value == 0 && text[0] == UInt8(ascii: "-") ? nil : value
    }

    /// Appends the value's JSON text on one line, without white space between its parts.
    ///
    /// It can stand in other JSON text, in any log and on a terminal: characters that `TextEscaping` escapes are
    /// escaped as `\u`, invalid UTF-8 becomes U+FFFD, and half surrogate pairs `\ufffd`. At most 6 times its size.
    ///
    /// - Returns: whether nothing had to be replaced.
    package func appendCompact(from input: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        switch self {
        case .string(let string):
            // With its quotation marks, which are around it.
            let range = (string.range.lowerBound &- 1)..<(string.range.upperBound &+ 1)
            return Self.appendCompact(input.extracting(range), to: &output)
        case .number(let range):
            output.append(input.extracting(range))
        case .true:
            output.append("true")
        case .false:
            output.append("false")
        case .null:
            output.append("null")
        case .object(let range), .array(let range):
            return Self.appendCompact(input.extracting(range), to: &output)
        }
        return true
    }

    /// Appends valid JSON text in the same way.
    ///
    /// - Precondition: `JSONScanner` has accepted it, or its string, object or array that this is.
    package static func appendCompact(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        var isWhole = true
        var index = 0
        var isInString = false
        while index < text.count {
            let start = index
            if isInString {
                index = ASCIIRun.endOfJSONSafe(in: text, from: index)
                output.append(text.extracting(start..<index))
                guard index < text.count else { break }
                switch text[index] {
                case UInt8(ascii: "\""):
                    output.append(UInt8(ascii: "\""))
                    index &+= 1
                    isInString = false
                case UInt8(ascii: "\\"):
                    let (length, scalar) = JSONString.decodeEscape(in: text, at: index)
                    if scalar == nil {
                        output.append("\\ufffd")
                        isWhole = false
                    } else {
                        output.append(text.extracting(index..<(index &+ length)))
                    }
                    index &+= length
                default:
                    let (length, scalar) = UTF8Scalar.decode(text, at: index)
                    if let scalar, TextEscaping.needsEscape(scalar) {
                        TextEscaping.appendUnicodeEscape(of: scalar, to: &output)
                    } else if scalar != nil {
                        output.append(text.extracting(index..<(index &+ length)))
                    } else {
                        output.append("\u{FFFD}")
                        isWhole = false
                    }
                    index &+= length
                }
            } else {
                while index < text.count, text[index] > 0x20, text[index] != UInt8(ascii: "\"") { index &+= 1 }
                output.append(text.extracting(start..<index))
                guard index < text.count else { break }
                if text[index] == UInt8(ascii: "\"") {
                    output.append(UInt8(ascii: "\""))
                    isInString = true
                }
                index &+= 1
            }
        }
        return isWhole
    }
}
