/// Reads the members of an object in JSON text (RFC 8259), one after another.
///
/// It has no recursion, no memory of its own, and takes time linear in the text. It keeps to the grammar, except that
/// strings may have invalid UTF-8, which `JSONString.append` reports. Only white space may follow the object.
package struct JSONScanner: Sendable {
    /// How many objects and arrays may be open at a place, the outermost included.
    package static let depthLimit = 64

    private enum Place { case before, within, after }

    /// What comes next.
    private(set) var index: Int
    private var place = Place.before

    /// - Parameter start: where the object starts; white space may come first. For a nested object that `next` gave,
    ///   the start of its range, and the text up to its end: `input.extracting(..<range.upperBound)`.
    package init(from start: Int = 0) {
        index = start
    }

    /// The next member; nil when the object has ended, and nothing but white space follows.
    ///
    /// - Throws: the place where the text is not a JSON object, or is nested too deeply.
    package mutating func next(in input: Span<UInt8>) throws(JSONError) -> JSONMember? {
        guard let name = try nextName(in: input) else { return nil }
        return JSONMember(name: name, value: try value(in: input))
    }

    /// The next member's name; nil as `next` has it.
    ///
    /// The caller calls `value` after it.
    @inline(never)
    mutating func nextName(in input: Span<UInt8>) throws(JSONError) -> JSONString? {
        switch place {
        case .before:
            JSONSyntax.skipSpace(in: input, &index)
            guard JSONSyntax.skip(UInt8(ascii: "{"), in: input, &index) else { throw .unexpected(at: index) }
            place = .within
            JSONSyntax.skipSpace(in: input, &index)
            if JSONSyntax.skip(UInt8(ascii: "}"), in: input, &index) { return try end(in: input) }
        case .within:
            JSONSyntax.skipSpace(in: input, &index)
            if JSONSyntax.skip(UInt8(ascii: "}"), in: input, &index) { return try end(in: input) }
            guard JSONSyntax.skip(UInt8(ascii: ","), in: input, &index) else { throw .unexpected(at: index) }
            JSONSyntax.skipSpace(in: input, &index)
        case .after:
            return nil
        }
        return try JSONSyntax.name(in: input, &index)
    }

    /// The value of the member whose name was the last.
    @inline(__always)
    mutating func value(in input: Span<UInt8>) throws(JSONError) -> JSONValue {
        try JSONSyntax.value(in: input, &index, depthLeft: Self.depthLimit - 1)
    }

    /// Steps over a name that is known to be there, and its colon; `value` comes next.
    @inline(__always)
    mutating func pass(_ end: Int, in input: Span<UInt8>) {
        place = .within
        index = end
        JSONSyntax.skipSpace(in: input, &index)
    }

    /// The text between a byte order mark and the ending that a datagram may have.
    static func content(of message: Span<UInt8>) -> Range<Int> {
        var end = message.count
        while end > 0, message[end &- 1] == 0 || message[end &- 1] == 0x0A || message[end &- 1] == 0x0D { end &-= 1 }
        let hasMark = end >= 3 && message[0] == 0xEF && message[1] == 0xBB && message[2] == 0xBF
        return (hasMark ? 3 : 0)..<end
    }

    private mutating func end(in input: Span<UInt8>) throws(JSONError) -> JSONString? {
        JSONSyntax.skipSpace(in: input, &index)
        guard index >= input.count else { throw .unexpected(at: index) }
        place = .after
        return nil
    }
}
