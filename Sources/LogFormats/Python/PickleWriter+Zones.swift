import LogRecords

/// Writes time zones, by the types that Python has for them.
extension PickleWriter {
    /// Appends the zone of a time: its offset, or its name in brackets (RFC 9557).
    mutating func appendZone(
        _ zone: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Bool {
        if zone.kind == .object {
            let object = machine.objects[zone.container]
            let start = output.count
            if let type = PythonType.named(machine.decoded.span.extracting(object.callable.range)),
                appendOffset(type, object, machine, input, to: &output)
            {
                return true
            }
            output.removeSubrange(start...)
        }
        isLossy = true
        output.append(UInt8(ascii: "["))
        appendText(zone, machine, input, to: &output)
        output.append(UInt8(ascii: "]"))
        return true
    }

    func appendOffset(
        _ type: PythonType,
        _ object: PickleObject,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Bool {
        let first = machine.argument(0, of: object) ?? PickleValue(.unset)
        switch type {
        case .utc: return PythonTime.append(offset: 0, to: &output)
        case .timezone:
            guard first.kind == .object else { return false }
            let delta = machine.objects[first.container]
            guard let days = machine.argument(0, of: delta), days.kind == .integer, (-1...0).contains(days.integer),
                let seconds = machine.argument(1, of: delta), seconds.kind == .integer
            else { return false }
            return PythonTime.append(offset: days.integer &* 86_400 &+ seconds.integer, to: &output)
        case .pytz:
            guard first.kind == .text, let offset = machine.argument(1, of: object) else {
                // `pytz._p('UTC')` is of a zone that has one offset.
                return false
            }
            guard offset.kind == .integer else { return false }
            return PythonTime.append(offset: offset.integer, to: &output)
        case .zoneInfo:
            guard first.kind == .text, first.range.count <= 64 else { return false }
            output.append(UInt8(ascii: "["))
            TextEscaping.append(Self.bytes(of: first, machine, input).span, to: &output)
            output.append(UInt8(ascii: "]"))
            return true
        default: return false
        }
    }
}
