/// The characters of a TOML document, with a read position.
struct TOMLScanner {
    /// A line and a column, both from 1.
    struct Place {
        var line = 1
        var column = 1
    }

    private let text: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var lineStart = 0

    init(_ text: String) {
        self.text = Array(text.unicodeScalars)
    }

    /// The next character; nil at the end.
    var next: Unicode.Scalar? { self[0] }

    /// The character at an offset from the next one; nil beyond the end.
    subscript(offset: Int) -> Unicode.Scalar? {
        index + offset < text.count ? text[index + offset] : nil
    }

    var place: Place {
        Place(line: line, column: index - lineStart + 1)
    }

    /// Whether nothing more, or a line end, follows.
    var isAtLineEnd: Bool {
        next == nil || next == "\n" || (next == "\r" && self[1] == "\n")
    }

    /// Reads the next character; nil at the end.
    mutating func advance() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        index += 1
        if scalar == "\n" {
            line += 1
            lineStart = index
        }
        return scalar
    }

    /// Reads the character if it is the next one.
    @discardableResult
    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        _ = advance()
        return true
    }

    mutating func skipBlanks() {
        while next == " " || next == "\t" { _ = advance() }
    }

    /// Reads a line end, if there is one.
    mutating func skipLineEnd() -> Bool {
        guard next != nil, isAtLineEnd else { return false }
        skip("\r")
        return skip("\n")
    }

    /// Reads characters while they meet the condition.
    mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let scalar = next, condition(scalar) {
            taken.append(scalar)
            _ = advance()
        }
        return String(taken)
    }

    /// Makes an error at a place, by default the next character, which it quotes.
    func error(_ reason: String, at place: Place? = nil) -> TOMLError {
        let found =
            place == nil ? ", found \(next.map { isAtLineEnd ? "the end of the line" : "\"\($0)\"" } ?? "the end")" : ""
        let place = place ?? self.place
        return TOMLError(line: place.line, column: place.column, reason: reason + found)
    }

    static func isBareKey(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    /// Whether strings and comments must not contain the character unescaped.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F
    }
}
