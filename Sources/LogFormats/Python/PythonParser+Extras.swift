import LogRecords

/// Extra fields: those that the program added, and attributes of unexpected types.
extension PythonParser {
    /// Makes an attribute an extra field, unless it is None.
    mutating func keep(_ attribute: PythonAttribute) {
        switch self[attribute].kind {
        case .unset, .none: break
        default: keptAttributes.insert(attribute)
        }
    }

    mutating func addExtras(to record: inout LogRecord, _ input: Span<UInt8>) {
        // No attribute of Python's has a name of ours.
        if !keptAttributes.isEmpty, !record.selection.mayLeaveUnread(parts: .extra) { addKept(to: &record, input) }
        for extra in extras {
            let name = extra.name
            if name.kind == .text, !name.isDecoded, record.mayLeaveUnread(extra: input.extracting(name.range)) {
                continue
            }
            let start = record.bytes.count
            writer.appendText(extra.name, machine, input, to: &record.bytes)
            addExtra(start..<record.bytes.count, extra.value, to: &record, input)
        }
    }

    private mutating func addKept(to record: inout LogRecord, _ input: Span<UInt8>) {
        for attribute in PythonAttribute.allCases where keptAttributes.contains(attribute) {
            let start = record.bytes.count
            record.bytes.append(attribute.text)
            addExtra(start..<record.bytes.count, self[attribute], to: &record, input)
        }
    }

    private mutating func addExtra(
        _ name: Range<Int>,
        _ value: PickleValue,
        to record: inout LogRecord,
        _ input: Span<UInt8>
    ) {
        let value = value.kind == .object ? writer.resolved(value, machine) : value
        switch value.kind {
        case .integer:
            record.add(.extra(name), .integer(value.integer))
        case .text, .bytes, .opaque, .object:
            add(.extra(name), value, to: &record, input)
        case .float where !value.float.isFinite:
            add(.extra(name), value, to: &record, input)
        default:
            let start = record.bytes.count
            writer.appendJSON(value, machine, input, to: &record.bytes)
            record.add(.extra(name), .json(start..<record.bytes.count))
        }
    }

    /// Sets the fault, and adds the pickle itself where the record lacks a part of it.
    mutating func mark(_ record: inout LogRecord, _ input: Span<UInt8>) {
        let first = record.bytes.count
        if writer.isCut {
            record.bytes.append(record.bytes.count > first ? "; " : "")
            record.bytes.append("nested too deeply, or larger than the pickle: ... stands for the rest")
        }
        if end < input.count {
            record.bytes.append(record.bytes.count > first ? "; " : "")
            record.bytes.append(decimal: input.count - end)
            record.bytes.append(" bytes follow the pickle")
        }
        let fault = first..<record.bytes.count
        if !fault.isEmpty { record.add(.known(.fault), .bytes(fault)) }
        // A pickle that is too long is not kept whole.
        guard limit == nil, let base else { return }
        if !fault.isEmpty || isLossy || writer.isLossy || machine.hasGuessed {
            record.add(.known(.raw), .bytes(base..<(base &+ input.count)))
        }
    }
}
