/// Parses a TOML document (TOML 1.0.0), as strictly as its official tests require.
///
/// Existing parsers for Swift either need Foundation, and with it ICU, or trap on some texts. No text can make this one
/// trap: nesting is limited, and numbers are checked.
package struct TOMLParser {
    /// The limit on the nesting of values, and on the parts of a key.
    private static let maximumDepth = 32

    var scanner: TOMLScanner
    private let root = TOMLTable(.header, line: 1)

    /// The root table of a document.
    package static func parse(_ text: String) throws(TOMLError) -> TOMLTable {
        var parser = TOMLParser(scanner: TOMLScanner(text))
        try parser.readDocument()
        return parser.root
    }

    private init(scanner: TOMLScanner) {
        self.scanner = scanner
    }

    private mutating func readDocument() throws(TOMLError) {
        var current = root
        scanner.skip("\u{feff}")
        while true {
            scanner.skipBlanks()
            switch scanner.next {
            case nil: return
            case "#", "\n", "\r": break
            case "[": current = try readHeader()
            default: try readKeyAndValue(into: current, depth: 0)
            }
            try endLine()
        }
    }

    /// `[a.b]` or `[[a.b]]`; returns the table that the following lines belong to.
    private mutating func readHeader() throws(TOMLError) -> TOMLTable {
        let start = scanner.place
        scanner.skip("[")
        let isArray = scanner.skip("[")
        scanner.skipBlanks()
        let path = try readKey()
        guard scanner.skip("]"), !isArray || scanner.skip("]") else {
            throw scanner.error("expected \(isArray ? "]]" : "]") after the table's name")
        }
        var table = root
        for key in path.dropLast() {
            table = try parent(key, in: table, at: start)
        }
        guard let key = path.last else { return table }
        return isArray ? try appended(key, to: table, at: start) : try defined(key, in: table, at: start)
    }

    /// The table that contains the one of a header.
    private func parent(_ key: String, in table: TOMLTable, at place: TOMLScanner.Place) throws(TOMLError) -> TOMLTable
    {
        switch table[key] {
        case nil:
            let new = TOMLTable(.implicit, line: place.line)
            table.add(key, .table(new), line: place.line)
            return new
        case .table(let found) where found.form != .inline:
            return found
        case .array(let array) where array.form == .tables:
            if case .table(let last) = array.values.last { return last }
            return table
        default:
            throw scanner.error("\(key) is not a table that can be extended", at: place)
        }
    }

    private func defined(_ key: String, in table: TOMLTable, at place: TOMLScanner.Place) throws(TOMLError) -> TOMLTable
    {
        switch table[key] {
        case nil:
            let new = TOMLTable(.header, line: place.line)
            table.add(key, .table(new), line: place.line)
            return new
        case .table(let found) where found.form == .implicit:
            found.form = .header
            return found
        default:
            throw scanner.error("duplicate key \(key)", at: place)
        }
    }

    private func appended(
        _ key: String,
        to table: TOMLTable,
        at place: TOMLScanner.Place
    ) throws(TOMLError) -> TOMLTable {
        let new = TOMLTable(.header, line: place.line)
        switch table[key] {
        case nil:
            let array = TOMLArray(.tables)
            array.append(.table(new))
            table.add(key, .array(array), line: place.line)
        case .array(let array) where array.form == .tables:
            array.append(.table(new))
        default:
            throw scanner.error("duplicate key \(key), which is not written [[\(key)]] before", at: place)
        }
        return new
    }

    private mutating func readKeyAndValue(into table: TOMLTable, depth: Int) throws(TOMLError) {
        let start = scanner.place
        let path = try readKey()
        guard scanner.skip("=") else { throw scanner.error("expected = after the key") }
        scanner.skipBlanks()
        let value = try readValue(depth: depth)
        var table = table
        for key in path.dropLast() {
            switch table[key] {
            case nil:
                let new = TOMLTable(.dotted, line: start.line)
                table.add(key, .table(new), line: start.line)
                table = new
            case .table(let found) where found.form == .dotted || found.form == .implicit:
                found.form = .dotted
                table = found
            default:
                throw scanner.error("\(key) is not a table that can be extended", at: start)
            }
        }
        guard let key = path.last else { return }
        guard table[key] == nil else { throw scanner.error("duplicate key \(key)", at: start) }
        table.add(key, value, line: start.line)
    }

    /// A key of one or, with dots between them, several parts, and the blanks after it.
    private mutating func readKey() throws(TOMLError) -> [String] {
        var path: [String] = []
        repeat {
            scanner.skipBlanks()
            guard path.count < Self.maximumDepth else {
                throw scanner.error("a key has at most \(Self.maximumDepth) parts")
            }
            path.append(try readKeyPart())
            scanner.skipBlanks()
        } while scanner.skip(".")
        return path
    }

    private mutating func readKeyPart() throws(TOMLError) -> String {
        switch scanner.next {
        case "\"", "'":
            return try readString(allowingLines: false)
        default:
            let part = scanner.take { TOMLScanner.isBareKey($0) }
            guard !part.isEmpty else { throw scanner.error("expected a key") }
            return part
        }
    }

    /// The value at the scanner's place.
    private mutating func readValue(depth: Int) throws(TOMLError) -> TOMLValue {
        guard depth < Self.maximumDepth else {
            throw scanner.error("values are nested more than \(Self.maximumDepth) deep")
        }
        return switch scanner.next {
        case "\"", "'": .string(try readString(allowingLines: true))
        case "[": .array(try readArray(depth: depth))
        case "{": .table(try readInlineTable(depth: depth))
        default: try readWord()
        }
    }

    private mutating func readArray(depth: Int) throws(TOMLError) -> TOMLArray {
        let array = TOMLArray(.inline)
        scanner.skip("[")
        while true {
            try skipBlanksCommentsAndLines()
            if scanner.skip("]") { return array }
            array.append(try readValue(depth: depth + 1))
            try skipBlanksCommentsAndLines()
            if scanner.skip("]") { return array }
            guard scanner.skip(",") else { throw scanner.error("expected , or ] in the array") }
        }
    }

    private mutating func readInlineTable(depth: Int) throws(TOMLError) -> TOMLTable {
        let table = TOMLTable(.inline, line: scanner.place.line)
        scanner.skip("{")
        scanner.skipBlanks()
        if scanner.skip("}") { return table }
        while true {
            scanner.skipBlanks()
            try readKeyAndValue(into: table, depth: depth + 1)
            scanner.skipBlanks()
            if scanner.skip("}") { return table }
            guard scanner.skip(",") else { throw scanner.error("expected , or } in the inline table") }
        }
    }

    private mutating func skipBlanksCommentsAndLines() throws(TOMLError) {
        repeat {
            scanner.skipBlanks()
            try skipComment()
        } while scanner.skipLineEnd()
    }

    private mutating func endLine() throws(TOMLError) {
        scanner.skipBlanks()
        try skipComment()
        guard scanner.next == nil || scanner.skipLineEnd() else { throw scanner.error("expected the end of the line") }
    }

    private mutating func skipComment() throws(TOMLError) {
        guard scanner.skip("#") else { return }
        _ = scanner.take { !TOMLScanner.isControl($0) }
        guard scanner.isAtLineEnd else { throw scanner.error("expected no control character in a comment") }
    }
}
