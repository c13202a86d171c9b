import LogRecords

/// Reads structured data (RFC 5424, section 6.3) part by part.
///
/// Beside what the RFC allows it takes long names, any octets in values, a closing bracket in a value without its
/// backslash, and more blanks. A backslash before anything else than `"`, `\` and `]` stands for itself.
struct StructuredDataReader {
    enum Part {
        case element(id: Range<Int>)
        case parameter(name: Range<Int>, value: Range<Int>, isEscaped: Bool)
        case elementEnd
        /// No element follows.
        case end
    }

    /// How many parameters and elements are read: each costs more memory than its few octets.
    static let maxElements = 1024

    /// Whether there are more than are read.
    private(set) var hasSurplus = false
    private var index: Int
    private var isInElement = false

    init(at index: Int) {
        self.index = index
    }

    /// Where the structured data ends, and its parts up to `maxElements`, if they are needed.
    ///
    /// - Returns: nil when it is broken.
    mutating func end(in text: Span<UInt8>, _ parts: inout [Part], needsParts: Bool) -> Int? {
        if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
        var count = 0
        while let part = next(in: text) {
            switch part {
            case .end:
                hasSurplus = count > Self.maxElements
                return index
            case .elementEnd: break
            case .element, .parameter: count &+= 1
            }
            if needsParts, count <= Self.maxElements { parts.append(part) }
        }
        return nil
    }

    /// The next part; nil when it is broken.
    mutating func next(in text: Span<UInt8>) -> Part? {
        guard isInElement else {
            guard index < text.count, text[index] == UInt8(ascii: "[") else { return .end }
            index &+= 1
            guard let id = name(in: text) else { return nil }
            isInElement = true
            return .element(id: id)
        }
        let first = index
        while index < text.count, text[index] == UInt8(ascii: " ") { index &+= 1 }
        guard index < text.count else { return nil }
        guard text[index] != UInt8(ascii: "]") else {
            index &+= 1
            isInElement = false
            return .elementEnd
        }
        guard index > first, let name = name(in: text), text.count &- index >= 2, text[index] == UInt8(ascii: "="),
            text[index &+ 1] == UInt8(ascii: "\"")
        else { return nil }
        index &+= 2
        return value(in: text, of: name)
    }

    private mutating func name(in text: Span<UInt8>) -> Range<Int>? {
        let first = index
        index = SyslogWord.nameEnd(in: text, from: index)
        return index > first ? first..<index : nil
    }

    private mutating func value(in text: Span<UInt8>, of name: Range<Int>) -> Part? {
        let first = index
        var isEscaped = false
        while true {
            // Most values are short.
            let near = min(index &+ 8, text.count)
            while index < near, text[index] != UInt8(ascii: "\""), text[index] != UInt8(ascii: "\\") { index &+= 1 }
            if index == near { index = ASCIIRun.endOfJSONSafe(in: text, from: index) }
            guard index < text.count else { return nil }
            switch text[index] {
            case UInt8(ascii: "\""):
                index &+= 1
                return .parameter(name: name, value: first..<(index &- 1), isEscaped: isEscaped)
            case UInt8(ascii: "\\") where index &+ 1 < text.count && Self.isSpecial(text[index &+ 1]):
                isEscaped = true
                index &+= 2
            default:
                index &+= 1
            }
        }
    }

    /// Whether a byte can be escaped by a backslash.
    static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "]")
    }
}
