extension TOMLParser {
    /// A string in one of the four forms; the scanner is at its first quote.
    mutating func readString(allowingLines: Bool) throws(TOMLError) -> String {
        let start = scanner.place
        guard let quote = scanner.advance() else { return "" }
        if scanner.next == quote, scanner[1] == quote, allowingLines {
            scanner.skip(quote)
            scanner.skip(quote)
            _ = scanner.skipLineEnd()
            return try readLines(in: quote, from: start)
        }
        var result = String.UnicodeScalarView()
        while let scalar = scanner.next, !scanner.isAtLineEnd {
            if scanner.skip(quote) { return String(result) }
            try readCharacter(scalar, in: quote, into: &result)
        }
        throw scanner.error("the string that begins here has no end in its line", at: start)
    }

    /// The text between triple quotes.
    private mutating func readLines(
        in quote: Unicode.Scalar,
        from start: TOMLScanner.Place
    ) throws(TOMLError) -> String {
        var result = String.UnicodeScalarView()
        while let scalar = scanner.next {
            if scalar == quote, scanner[1] == quote, scanner[2] == quote {
                // One or two quotes right before the closing three belong to the string.
                for _ in 0..<3 { scanner.skip(quote) }
                for _ in 0..<2 where scanner.skip(quote) { result.append(quote) }
                return String(result)
            }
            if scanner.skipLineEnd() {
                result.append("\n")
            } else if quote == "\"", scalar == "\\", skipLineContinuation() {
                continue
            } else {
                try readCharacter(scalar, in: quote, into: &result)
            }
        }
        throw scanner.error("the string that begins here has no end", at: start)
    }

    /// Skips a backslash at the end of a line, with all blanks and line ends that follow; false when there is none.
    private mutating func skipLineContinuation() -> Bool {
        var ahead = scanner
        ahead.skip("\\")
        ahead.skipBlanks()
        guard ahead.skipLineEnd() else { return false }
        repeat { ahead.skipBlanks() } while ahead.skipLineEnd()
        scanner = ahead
        return true
    }

    private mutating func readCharacter(
        _ scalar: Unicode.Scalar,
        in quote: Unicode.Scalar,
        into result: inout String.UnicodeScalarView
    ) throws(TOMLError) {
        guard !TOMLScanner.isControl(scalar) else { throw scanner.error("a control character must be escaped") }
        if scalar == "\\", quote == "\"" {
            result.append(try readEscape())
        } else {
            result.append(scalar)
            _ = scanner.advance()
        }
    }

    private mutating func readEscape() throws(TOMLError) -> Unicode.Scalar {
        let start = scanner.place
        scanner.skip("\\")
        switch scanner.advance() {
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{c}"
        case "r": return "\r"
        case "\"": return "\""
        case "\\": return "\\"
        case "u": return try readHexadecimal(digits: 4, from: start)
        case "U": return try readHexadecimal(digits: 8, from: start)
        default:
            throw scanner.error("unknown escape; write \\\\ for a backslash, or the string in single quotes", at: start)
        }
    }

    private mutating func readHexadecimal(
        digits: Int,
        from start: TOMLScanner.Place
    ) throws(TOMLError) -> Unicode.Scalar {
        var text = ""
        while text.utf8.count < digits, let scalar = scanner.next, Self.isHexadecimal(scalar) {
            text.unicodeScalars.append(scalar)
            _ = scanner.advance()
        }
        guard text.utf8.count == digits, let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw scanner.error("expected the number of a character, in \(digits) hexadecimal digits", at: start)
        }
        return scalar
    }

    private static func isHexadecimal(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "a"..."f", "A"..."F": true
        default: false
        }
    }
}
