import LogRecords

/// Writes a pickle's values as text and as JSON, within limits that follow from the pickle's size.
///
/// A pickle may name a value any number of times, and lists may contain themselves: the output is limited to a few
/// times the pickle's bytes, and in depth. `...` stands for the rest.
struct PickleWriter {
    private struct Level {
        let isDict: Bool
        /// The segment that is being written, and how many of its items have been.
        var segment: Int32
        var offset: Int32 = 0
        var isFirst = true
    }

    /// The deepest nesting of containers that is written.
    static let maxDepth = 32

    /// How many bytes may still be written.
    var budget = 0
    /// Whether `...` stands for something.
    var isCut = false
    /// Whether the output lacks something.
    var isLossy = false
    private var levels: [Level] = []
    /// Of how many objects the arguments are being written.
    var objectDepth = 0

    /// Begins a message.
    mutating func begin(messageOf count: Int) {
        budget = 4 &* count &+ 1024
        isCut = false
        isLossy = false
        levels.forget()
        objectDepth = 0
    }

    /// Appends a value as Python's `str` shows it, except containers, which are JSON.
    ///
    /// The result is valid UTF-8.
    mutating func appendText(
        _ value: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let start = output.count
        let value = value.kind == .object ? resolved(value, machine) : value
        switch value.kind {
        case .object: return appendObject(value, machine, input, to: &output)
        case .text, .bytes, .opaque, .digits:
            if value.kind == .opaque { isLossy = true }
            guard value.range.count <= budget else {
                isCut = true
                output.append("...")
                return
            }
            if value.isDecoded {
                appendText(machine.decoded.span.extracting(value.range), value.kind, to: &output)
            } else {
                appendText(input.extracting(value.range), value.kind, to: &output)
            }
        case .integer: output.append(decimal: value.integer)
        case .float: output.append(utf8: value.float.description)
        case .unset, .none: output.append("None")
        case .yes: output.append("True")
        case .no: output.append("False")
        case .list, .tuple, .dict, .set, .frozenset:
            appendJSON(value, machine, input, to: &output)
            return
        }
        budget &-= output.count &- start
    }

    /// Whether text can stand as it is, without being appended anywhere; then it counts as written.
    mutating func takes(_ text: Span<UInt8>) -> Bool {
        guard text.count <= budget, UTF8Scalar.isValid(text) else { return false }
        budget &-= text.count
        return true
    }

    /// Whether text is printable ASCII that may be written; then it counts as written.
    mutating func takesPlain(_ text: Span<UInt8>) -> Bool {
        guard text.count <= budget, ASCIIRun.end(in: text, from: 0) == text.count else { return false }
        budget &-= text.count
        return true
    }

    mutating func appendText(_ text: Span<UInt8>, _ kind: PickleValue.Kind, to output: inout [UInt8]) {
        if kind == .bytes, !UTF8Scalar.isValid(text) {
            isLossy = true
            TextEscaping.append(text, to: &output)
        } else if !TextEscaping.appendValid(text, to: &output) {
            isLossy = true
        }
    }

    // MARK: JSON

    /// Appends a value as JSON (RFC 8259) in UTF-8 without control characters.
    ///
    /// Tuples and sets are arrays.
    mutating func appendJSON(
        _ value: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        var counted = output.count
        // The levels of the value that this one is in.
        let outer = levels.count
        begin(value, machine, input, to: &output)
        while levels.count > outer, var level = levels.popLast() {
            budget &-= output.count &- counted
            counted = output.count
            guard let item = Self.next(of: &level, machine) else {
                output.append(UInt8(ascii: level.isDict ? "}" : "]"))
                continue
            }
            if !level.isFirst { output.append(UInt8(ascii: ",")) }
            level.isFirst = false
            guard budget > 0 else {
                isCut = true
                output.append(level.isDict ? "\"...\":null}" : "\"...\"]")
                continue
            }
            if level.isDict {
                appendKey(item, machine, input, to: &output)
                output.append(UInt8(ascii: ":"))
                let value = Self.next(of: &level, machine) ?? PickleValue(.none)
                levels.append(level)
                begin(value, machine, input, to: &output)
            } else {
                levels.append(level)
                begin(item, machine, input, to: &output)
            }
        }
        budget &-= output.count &- counted
    }

    private static func next(of level: inout Level, _ machine: borrowing PickleMachine) -> PickleValue? {
        guard level.segment >= 0 else { return nil }
        let segment = machine.segments[Int(level.segment)]
        let item = machine.items[Int(segment.start &+ level.offset)]
        level.offset &+= 1
        if level.offset == segment.count {
            level.segment = segment.next
            level.offset = 0
        }
        return item
    }

    /// Appends a scalar, or begins a container.
    private mutating func begin(
        _ value: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let value = value.kind == .object ? resolved(value, machine) : value
        switch value.kind {
        case .object, .text, .bytes, .opaque: appendString(value, machine, input, to: &output)
        case .digits: output.append(contentsOf: machine.decoded[value.range])
        case .integer: output.append(decimal: value.integer)
        case .float:
            let isNumber = value.float.isFinite
            if !isNumber { output.append("\"") }
            output.append(utf8: value.float.description)
            if !isNumber { output.append("\"") }
        case .unset, .none: output.append("null")
        case .yes: output.append("true")
        case .no: output.append("false")
        case .list, .tuple, .dict, .set, .frozenset:
            guard levels.count < Self.maxDepth else {
                isCut = true
                output.append("\"...\"")
                return
            }
            let isDict = value.kind == .dict
            output.append(UInt8(ascii: isDict ? "{" : "["))
            let first = value.container >= 0 ? machine.containers[value.container].first : -1
            levels.append(Level(isDict: isDict, segment: first))
        }
    }

    private mutating func appendKey(
        _ key: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let key = key.kind == .object ? resolved(key, machine) : key
        switch key.kind {
        case .object, .text, .bytes, .opaque: appendString(key, machine, input, to: &output)
        case .list, .tuple, .dict, .set, .frozenset:
            isLossy = true
            output.append("\"<")
            output.append(key.typeName)
            output.append(">\"")
        case .unset, .none, .yes, .no, .integer, .float, .digits:
            output.append(UInt8(ascii: "\""))
            appendText(key, machine, input, to: &output)
            output.append(UInt8(ascii: "\""))
        }
    }

    private mutating func appendString(
        _ value: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        if value.kind == .object {
            var text: [UInt8] = []
            appendObject(value, machine, input, to: &text)
            return appendQuoted(text.span, to: &output)
        }
        if value.kind == .opaque { isLossy = true }
        guard value.range.count <= budget else {
            isCut = true
            output.append("\"...\"")
            return
        }
        if value.isDecoded {
            appendQuoted(machine.decoded.span.extracting(value.range), to: &output)
        } else {
            appendQuoted(input.extracting(value.range), to: &output)
        }
    }

    /// Appends text in quotation marks.
    private mutating func appendQuoted(_ text: Span<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        if UTF8Scalar.isValid(text) {
            JSONText.appendContent(of: text, to: &output)
        } else {
            isLossy = true
            var valid: [UInt8] = []
            _ = TextEscaping.appendValid(text, to: &valid)
            JSONText.appendContent(of: valid.span, to: &output)
        }
        output.append(UInt8(ascii: "\""))
    }
}
