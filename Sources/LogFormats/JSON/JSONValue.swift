/// A string in JSON text: the bytes between its quotation marks, with their escapes.
package struct JSONString: Equatable, Sendable {
    /// Where it is in the text, without the quotation marks.
    package let range: Range<Int>
    package let hasEscapes: Bool
    /// Whether it is written in ASCII only; its escapes may name other characters.
    package let isASCII: Bool

    /// The same string, where the text before it has so many more bytes.
    @inline(__always)
    func moved(by distance: Int) -> JSONString {
        let range = Range(uncheckedBounds: (range.lowerBound &+ distance, range.upperBound &+ distance))
        return JSONString(range: range, hasEscapes: hasEscapes, isASCII: isASCII)
    }
}

/// A value in JSON text (RFC 8259, section 3), by where it is; valid all the way down.
package enum JSONValue: Equatable, Sendable {
    case string(JSONString)
    case number(Range<Int>)
    case `true`
    case `false`
    case null
    /// With its braces.
    case object(Range<Int>)
    /// With its brackets.
    case array(Range<Int>)
}

/// A member of an object: its name and value.
package struct JSONMember: Equatable, Sendable {
    package let name: JSONString
    package let value: JSONValue
}

/// Why a text is not the JSON that was looked for.
package enum JSONError: Error, Equatable, Sendable {
    /// The grammar does not allow what is at that index; the text's count where more should follow.
    case unexpected(at: Int)
    /// An array or object deeper than `JSONScanner.depthLimit` begins there.
    case tooDeep(at: Int)
}
