import LogRecords

/// Writes objects that only running code could make: those of known types by their value, others by the name and then
/// their arguments as JSON: `<shop.models.Status>("paid")`.
extension PickleWriter {
    /// So deep objects are written within the arguments of objects.
    private static let maxObjectDepth = 4

    /// Returns the value of the pickle that an object stands for; the object itself where there is none.
    func resolved(_ value: PickleValue, _ machine: borrowing PickleMachine) -> PickleValue {
        var value = value
        for _ in 0..<Self.maxObjectDepth {
            guard value.kind == .object, let contents = contents(of: value, machine) else { return value }
            value = contents
        }
        return value
    }

    private func contents(of value: PickleValue, _ machine: borrowing PickleMachine) -> PickleValue? {
        let object = machine.objects[value.container]
        guard let type = PythonType.named(machine.decoded.span.extracting(object.callable.range)) else { return nil }
        let first = machine.argument(0, of: object)
        switch type {
        case .list, .set, .frozenset, .deque:
            if object.list >= 0 { return PickleValue(.list, container: object.list) }
            guard let first else { return PickleValue(.list, container: -1) }
            switch first.kind {
            case .list, .tuple, .set, .frozenset: return PickleValue(.list, container: Int32(first.container))
            case .object: return first
            default: return nil
            }
        case .dict:
            if object.dict >= 0 { return PickleValue(.dict, container: object.dict) }
            guard let first else { return PickleValue(.dict, container: -1) }
            switch first.kind {
            case .dict, .list, .tuple, .object: return first
            // The factory of a `defaultdict` without items.
            default: return first.kind == .opaque || first.kind == .none ? PickleValue(.dict, container: -1) : nil
            }
        case .argument:
            guard let first else { return nil }
            switch first.kind {
            case .text, .integer, .digits, .float: return first
            default: return nil
            }
        case .bytes, .bytearray:
            guard let first, first.kind == .bytes || first.kind == .object else { return nil }
            return first
        default: return nil
        }
    }

    /// Appends an object that no other value of the pickle stands for.
    mutating func appendObject(
        _ value: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let object = machine.objects[value.container]
        let start = output.count
        if let type = PythonType.named(machine.decoded.span.extracting(object.callable.range)) {
            if appendKnown(type, object, machine, input, to: &output) {
                budget &-= output.count &- start
                return
            }
            output.removeSubrange(start...)
        }
        // The class is known by its name only.
        isLossy = true
        appendName(of: object, machine, to: &output)
        budget &-= output.count &- start
        guard objectDepth < Self.maxObjectDepth, budget > 0 else {
            isCut = true
            output.append("(...)")
            return
        }
        objectDepth &+= 1
        appendGiven(object, machine, input, to: &output)
        objectDepth &-= 1
    }

    /// Appends the name; Python 2's modules by their names of today.
    private func appendName(of object: PickleObject, _ machine: borrowing PickleMachine, to output: inout [UInt8]) {
        let name = machine.decoded[object.callable.range]
        if name.elementsEqual("<__builtin__.xrange>".utf8) { return output.append("<builtins.range>") }
        for old in ["<__builtin__.", "<exceptions."] where name.starts(with: old.utf8) {
            output.append("<builtins.")
            output.append(contentsOf: name.dropFirst(old.utf8.count))
            return
        }
        output.append(contentsOf: name)
    }

    private mutating func appendGiven(
        _ object: PickleObject,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let arguments = object.arguments
        if arguments.kind == .tuple, machine.itemCount(of: arguments) > 0 {
            let start = output.count
            appendJSON(arguments, machine, input, to: &output)
            // The brackets of its array.
            output[start] = UInt8(ascii: "(")
            output[output.count - 1] = UInt8(ascii: ")")
        } else if arguments.kind != .tuple, arguments.kind != .unset {
            output.append(UInt8(ascii: "("))
            appendJSON(arguments, machine, input, to: &output)
            output.append(UInt8(ascii: ")"))
        }
        var state = object.state
        // Of `__slots__`, the second of a tuple.
        if state.kind == .tuple, machine.itemCount(of: state) == 2, let slots = machine.item(1, of: state),
            slots.kind == .dict, let first = machine.item(0, of: state), first.kind == .none
        {
            state = slots
        }
        let isEmpty = state.kind == .dict && machine.containers[state.container].first < 0
        if state.kind != .unset, state.kind != .none, !isEmpty { appendJSON(state, machine, input, to: &output) }
        if object.list >= 0 { appendJSON(PickleValue(.list, container: object.list), machine, input, to: &output) }
        if object.dict >= 0 { appendJSON(PickleValue(.dict, container: object.dict), machine, input, to: &output) }
    }
}
