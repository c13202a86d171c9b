import LogRecords

/// Parses a template by the rules of CPython's `%` operator, once, at startup.
struct LineTemplateParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var segments: [LineTemplate.Segment] = []
    private var literal: [UInt8] = []

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// - Throws: the first error; a text without a name is an error unless `allowsPlainText`.
    mutating func parse(allowsPlainText: Bool = false) throws(LineTemplateError) -> [LineTemplate.Segment] {
        while let scalar = peek() {
            if scalar == "%" {
                try parseField()
            } else {
                try parseLiteral(scalar)
            }
        }
        endLiteral()
        let hasField = segments.contains { if case .field = $0 { true } else { false } }
        guard hasField || allowsPlainText else {
            throw LineTemplateError("neither \"json\" nor a template with a name in it, such as %(message)s")
        }
        return segments
    }

    private func peek() -> Unicode.Scalar? {
        index < scalars.count ? scalars[index] : nil
    }

    private mutating func parseLiteral(_ scalar: Unicode.Scalar) throws(LineTemplateError) {
        // Tabs are allowed, since they are usual between columns.
        guard scalar == "\t" || !TextEscaping.needsEscape(scalar.value) else {
            throw error("a control character: a record is one line")
        }
        literal.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        index += 1
    }

    private mutating func endLiteral() {
        guard !literal.isEmpty else { return }
        segments.append(.literal(literal))
        literal = []
    }

    /// Parses from a percent sign on: `%%`, or name, flags, width, precision, a length that is ignored, and type.
    private mutating func parseField() throws(LineTemplateError) {
        let start = index
        index += 1
        if peek() == "%" {
            literal.append(UInt8(ascii: "%"))
            index += 1
            return
        }
        let name = try parseName()
        var conversion = PrintfConversion()
        parseFlags(&conversion)
        conversion.width = try parseNumber()
        if peek() == "." {
            index += 1
            conversion.precision = try parseNumber()
        }
        if let scalar = peek(), "hlL".unicodeScalars.contains(scalar) { index += 1 }
        switch peek() {
        case nil:
            throw error("the template ends within a field, after \"\(source(from: start))\"")
        case "s": conversion.type = .text
        case "d", "i", "u": conversion.type = .integer
        case "f", "F": conversion.type = .float
        case let scalar?:
            throw error("\"\(scalar)\" after \"\(source(from: start))\" is not a valid type; types are s, d, i, f")
        }
        guard let name else {
            index = start
            throw error("a field has a name, as in %(message)s; %% is a percent sign")
        }
        guard name.kind != .text || conversion.type == .text else {
            throw error("\"\(source(from: start))\" is text; its type is s")
        }
        index += 1
        endLiteral()
        segments.append(.field(name, conversion))
    }

    private mutating func parseName() throws(LineTemplateError) -> TemplateField? {
        guard peek() == "(" else { return nil }
        index += 1
        let start = index
        var depth = 1
        while let scalar = peek() {
            if scalar == "(" { depth += 1 }
            if scalar == ")" { depth -= 1 }
            if depth == 0 { break }
            index += 1
        }
        guard depth == 0 else {
            index = start
            throw error("the parenthesis of a name is not closed")
        }
        let text = source(from: start)
        guard let name = TemplateField(text) else {
            index = start
            let known = TemplateField.all.joined(separator: ", ")
            throw error("unknown name \"\(text)\"; known names are \(known)")
        }
        index += 1
        return name
    }

    private mutating func parseFlags(_ conversion: inout PrintfConversion) {
        while let scalar = peek() {
            switch scalar {
            case "-": conversion.isLeftAligned = true
            case "0": conversion.isZeroPadded = true
            case "+": conversion.showsPlus = true
            case " ": conversion.showsBlank = true
            case "#": conversion.isAlternate = true
            default: return
            }
            index += 1
        }
    }

    /// Parses digits; without any, the number is 0.
    private mutating func parseNumber() throws(LineTemplateError) -> Int {
        var number = 0
        while let scalar = peek(), ("0"..."9").contains(scalar) {
            number = number * 10 + Int(scalar.value - 48)
            guard number <= PrintfConversion.limit else {
                throw error("a width or precision above \(PrintfConversion.limit)")
            }
            index += 1
        }
        return number
    }

    private func source(from start: Int) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<index])
        return text
    }

    private func error(_ reason: String) -> LineTemplateError {
        LineTemplateError(reason, at: index + 1)
    }
}
