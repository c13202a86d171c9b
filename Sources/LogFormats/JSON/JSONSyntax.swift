import LogRecords

/// The grammar of JSON (RFC 8259).
///
/// Functions step over the element at an index, or throw the index of the mistake.
enum JSONSyntax {
    // MARK: structure

    @inline(__always)
    static func skipSpace(in input: Span<UInt8>, _ index: inout Int) {
        while index < input.count, input[index] <= 0x20 {
            switch input[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index &+= 1
            default: return
            }
        }
    }

    /// Steps over that byte, if it is there.
    @inline(__always)
    static func skip(_ byte: UInt8, in input: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < input.count, input[index] == byte else { return false }
        index &+= 1
        return true
    }

    /// A member's name, and the colon and white space after it.
    @inline(__always)
    static func name(in input: Span<UInt8>, _ index: inout Int) throws(JSONError) -> JSONString {
        guard skip(UInt8(ascii: "\""), in: input, &index) else { throw .unexpected(at: index) }
        let name = try string(in: input, &index)
        skipSpace(in: input, &index)
        guard skip(UInt8(ascii: ":"), in: input, &index) else { throw .unexpected(at: index) }
        skipSpace(in: input, &index)
        return name
    }

    /// Reads the value that starts at `index`.
    ///
    /// - Parameters:
    ///   - input: the text.
    ///   - index: moved past the value.
    ///   - depthLeft: how many objects and arrays may be open within each other.
    /// - Returns: the value, as ranges of the text.
    /// - Throws: what is not JSON, and where.
    @inline(__always)
    static func value(in input: Span<UInt8>, _ index: inout Int, depthLeft: Int) throws(JSONError) -> JSONValue {
        // Most values are strings.
        guard skip(UInt8(ascii: "\""), in: input, &index) else {
            return try otherValue(in: input, &index, depthLeft: depthLeft)
        }
        return .string(try string(in: input, &index))
    }

    @inline(never)
    private static func otherValue(
        in input: Span<UInt8>,
        _ index: inout Int,
        depthLeft: Int
    ) throws(JSONError) -> JSONValue {
        guard index < input.count else { throw .unexpected(at: index) }
        let start = index
        switch input[index] {
        case UInt8(ascii: "{"):
            try nested(in: input, &index, depthLeft: depthLeft)
            return .object(start..<index)
        case UInt8(ascii: "["):
            try nested(in: input, &index, depthLeft: depthLeft)
            return .array(start..<index)
        default:
            return try scalar(in: input, &index)
        }
    }

    /// Steps over the object or array at `index`.
    private static func nested(
        in input: Span<UInt8>,
        _ index: inout Int,
        depthLeft: Int
    ) throws(JSONError) {
        // One bit for each that is open, the innermost lowest: whether it is an object. The limit is below 64.
        var objects: UInt64 = 0
        var depth = 0
        while true {
            // Here a value starts.
            guard index < input.count else { throw .unexpected(at: index) }
            let first = input[index]
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                guard depth < depthLeft else { throw .tooDeep(at: index) }
                depth &+= 1
                objects = objects << 1 | (first == UInt8(ascii: "{") ? 1 : 0)
                index &+= 1
                skipSpace(in: input, &index)
                if !isEnd(in: input, index, ofObject: objects & 1 == 1) {
                    if objects & 1 == 1 { _ = try name(in: input, &index) }
                    continue
                }
            } else {
                _ = try scalar(in: input, &index)
                skipSpace(in: input, &index)
            }
            // Here a value has ended, or an empty object or array ends.
            while isEnd(in: input, index, ofObject: objects & 1 == 1) {
                index &+= 1
                depth &-= 1
                objects >>= 1
                if depth == 0 { return }
                skipSpace(in: input, &index)
            }
            guard skip(UInt8(ascii: ","), in: input, &index) else { throw .unexpected(at: index) }
            skipSpace(in: input, &index)
            if objects & 1 == 1 { _ = try name(in: input, &index) }
        }
    }

    private static func isEnd(in input: Span<UInt8>, _ index: Int, ofObject: Bool) -> Bool {
        index < input.count && input[index] == (ofObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    // MARK: values

    /// - Precondition: `index` is within `input`.
    @inline(__always)
    private static func scalar(in input: Span<UInt8>, _ index: inout Int) throws(JSONError) -> JSONValue {
        switch input[index] {
        case UInt8(ascii: "\""):
            index &+= 1
            return .string(try string(in: input, &index))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let start = index
            try number(in: input, &index)
            return .number(start..<index)
        case UInt8(ascii: "t"):
            try word("true", in: input, &index)
            return .true
        case UInt8(ascii: "f"):
            try word("false", in: input, &index)
            return .false
        case UInt8(ascii: "n"):
            try word("null", in: input, &index)
            return .null
        default:
            throw .unexpected(at: index)
        }
    }

    private static func word(_ word: StaticString, in input: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        // Read within the loop only; a StaticString's storage is never freed, and ends at its count.
        for offset in 0..<word.utf8CodeUnitCount {
            guard skip(word.utf8Start[offset], in: input, &index) else { throw .unexpected(at: index) }
        }
    }

    @inline(__always)
    private static func number(in input: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        _ = skip(UInt8(ascii: "-"), in: input, &index)
        let first = index
        try digits(in: input, &index)
        // No digit follows a zero in front.
        if input[first] == UInt8(ascii: "0") { index = first &+ 1 }
        if skip(UInt8(ascii: "."), in: input, &index) {
            try digits(in: input, &index)
        }
        if index < input.count, input[index] | 0x20 == UInt8(ascii: "e") {
            index &+= 1
            if !skip(UInt8(ascii: "+"), in: input, &index) {
                _ = skip(UInt8(ascii: "-"), in: input, &index)
            }
            try digits(in: input, &index)
        }
    }

    /// Steps over at least one digit.
    @inline(__always)
    private static func digits(in input: Span<UInt8>, _ index: inout Int) throws(JSONError) {
        let start = index
        index = ByteScan.firstIndex(in: input, from: index, notDigits)
        guard index > start else { throw .unexpected(at: index) }
    }

    /// Marks the bytes that are not digits.
    @inline(__always)
    private static func notDigits(in word: UInt64) -> UInt64 {
        // Digits become 0 to 9; 10 and more have a top bit, or get one when 118 is added.
        let values = word ^ 0x30 &* ByteScan.everyByte
        return values | (values &+ 118 &* ByteScan.everyByte)
    }
}
