import LogRecords

/// Writes values of known types (`PythonType`).
extension PickleWriter {
    /// - Returns: false when the arguments are not those of the type; the caller then removes the appended bytes.
    mutating func appendKnown(
        _ type: PythonType,
        _ object: PickleObject,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Bool {
        let first = machine.argument(0, of: object) ?? PickleValue(.unset)
        switch type {
        case .bytes where first.kind == .unset: return true
        case .encode, .bytes, .bytearray:
            guard first.kind == .text, first.range.count <= budget,
                let bytes = Self.latin1(Self.bytes(of: first, machine, input).span)
            else { return first.kind == .unset }
            if !UTF8Scalar.isValid(bytes.span) { isLossy = true }
            appendText(bytes.span, .bytes, to: &output)
            return true
        case .datetime, .date, .time:
            guard let bytes = shortBytes(first, machine, input) else { return false }
            let isTime =
                switch type {
                case .datetime: PythonTime.append(datetime: bytes, to: &output)
                case .date: PythonTime.append(date: bytes, to: &output)
                default: PythonTime.append(time: bytes, to: &output)
                }
            guard isTime, let zone = machine.argument(1, of: object), zone.kind != .none else { return isTime }
            return appendZone(zone, machine, input, to: &output)
        case .timedelta:
            func number(_ index: Int) -> Int64? {
                guard let value = machine.argument(index, of: object) else { return 0 }
                return value.kind == .integer ? value.integer : nil
            }
            guard let days = number(0), let seconds = number(1), let microseconds = number(2) else { return false }
            return PythonTime.append(days: days, seconds: seconds, microseconds: microseconds, to: &output)
        case .timezone, .utc, .pytz, .zoneInfo:
            return appendOffset(type, object, machine, input, to: &output)
        case .ipv4, .ipv6: return appendAddress(first, isShort: type == .ipv4, machine, input, to: &output)
        case .complex: return appendComplex(object, machine, to: &output)
        case .fraction: return appendFraction(object, machine, input, to: &output)
        case .uuid: return appendUUID(object.state, machine, input, to: &output)
        case .path, .windowsPath:
            return appendPath(object, separator: type == .path ? "/" : "\\", machine, input, to: &output)
        default: return false
        }
    }

    /// Appends numerator and denominator, or the text that older versions of Python give instead.
    private mutating func appendFraction(
        _ object: PickleObject,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Bool {
        guard let first = machine.argument(0, of: object) else { return false }
        guard let denominator = machine.argument(1, of: object) else {
            guard first.kind == .text else { return false }
            appendText(first, machine, input, to: &output)
            return true
        }
        guard first.kind == .integer, denominator.kind == .integer else { return false }
        output.append(decimal: first.integer)
        guard denominator.integer != 1 else { return true }
        output.append(UInt8(ascii: "/"))
        output.append(decimal: denominator.integer)
        return true
    }

    private func appendComplex(
        _ object: PickleObject,
        _ machine: borrowing PickleMachine,
        to output: inout [UInt8]
    ) -> Bool {
        guard let real = machine.argument(0, of: object), let imaginary = machine.argument(1, of: object),
            real.kind == .float, imaginary.kind == .float
        else { return false }
        func text(_ value: Double) -> String {
            let text = value.description
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        let part = text(imaginary.float)
        output.append(utf8: "(\(text(real.float))\(part.hasPrefix("-") ? "" : "+")\(part)j)")
        return true
    }

    /// Appends an IP address in its usual form (RFC 5952).
    private mutating func appendAddress(
        _ value: PickleValue,
        isShort: Bool,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Bool {
        guard let number = Self.number(value, machine, input) else {
            guard value.kind == .text else { return false }
            appendText(value, machine, input, to: &output)
            return true
        }
        if isShort {
            guard let address = UInt32(exactly: number) else { return false }
            for shift: UInt32 in [24, 16, 8, 0] {
                output.append(decimal: address >> shift & 0xFF)
                if shift > 0 { output.append(UInt8(ascii: ".")) }
            }
            return true
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: number >> UInt128(112 - 16 * $0)) }
        // The longest run of zeros of two or more, the first of those.
        var zeros = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(1, zeros.count) { zeros = start..<index }
            start = index + 1
        }
        for index in 0..<8 where !zeros.contains(index) {
            if index == zeros.upperBound, !zeros.isEmpty {
                output.append("::")
            } else if index > 0 {
                output.append(":")
            }
            output.append(utf8: String(groups[index], radix: 16))
        }
        if zeros.upperBound == 8 { output.append("::") }
        return true
    }

    /// Appends the 32 digits of the number that a UUID's state has.
    private func appendUUID(
        _ state: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Bool {
        guard state.kind == .dict else { return false }
        var index = 0
        while let key = machine.item(index, of: state), let value = machine.item(index &+ 1, of: state), index < 8 {
            index &+= 2
            guard key.kind == .text, Self.bytes(of: key, machine, input).elementsEqual("int".utf8) else { continue }
            guard let number = Self.number(value, machine, input) else { return false }
            for place in 0..<32 {
                if place == 8 || place == 12 || place == 16 || place == 20 { output.append(UInt8(ascii: "-")) }
                let digit = UInt8(truncatingIfNeeded: number >> UInt128(124 - 4 * place)) & 0xF
                output.append(Hexadecimal.digit(digit))
            }
            return true
        }
        return false
    }

    /// A number of at most 128 bits, in decimal or hexadecimal digits where it is long.
    private static func number(
        _ value: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>
    ) -> UInt128? {
        switch value.kind {
        case .integer: return UInt128(exactly: value.integer)
        case .digits, .text:
            guard value.range.count <= 40 else { return nil }
            let text = String(decoding: bytes(of: value, machine, input), as: UTF8.self)
            return text.hasPrefix("0x") ? UInt128(text.dropFirst(2), radix: 16) : UInt128(text)
        default: return nil
        }
    }

    private mutating func appendPath(
        _ object: PickleObject,
        separator: StaticString,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Bool {
        let start = output.count
        var number = 0
        while let part = machine.argument(number, of: object) {
            guard part.kind == .text, budget > output.count &- start else { return false }
            if number > 0, let last = output.last, output.count > start,
                last != UInt8(ascii: "/"), last != UInt8(ascii: "\\")
            {
                output.append(separator)
            }
            appendText(part, machine, input, to: &output)
            number &+= 1
        }
        if number == 0 { output.append(UInt8(ascii: ".")) }
        return true
    }

    // MARK: bytes

    static func bytes(of value: PickleValue, _ machine: borrowing PickleMachine, _ input: Span<UInt8>) -> [UInt8] {
        guard !value.isDecoded else { return Array(machine.decoded[value.range]) }
        var bytes: [UInt8] = []
        bytes.append(input.extracting(value.range))
        return bytes
    }

    /// The few bytes of a time, as Python 2, 3 and protocols before 3 have them.
    private func shortBytes(
        _ value: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>
    ) -> [UInt8]? {
        var value = value
        var isLatin1 = false
        if value.kind == .object {
            let object = machine.objects[value.container]
            guard PythonType.named(machine.decoded.span.extracting(object.callable.range)) == .encode,
                let text = machine.argument(0, of: object)
            else { return nil }
            value = text
            isLatin1 = true
        }
        guard value.kind == .bytes || value.kind == .text, value.range.count <= 32 else { return nil }
        let bytes = Self.bytes(of: value, machine, input)
        guard isLatin1 || value.kind == .text, let decoded = Self.latin1(bytes.span) else { return bytes }
        return decoded
    }

    /// The bytes that text is in Latin-1; nil when it has other characters, or is not text.
    private static func latin1(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let (length, scalar) = UTF8Scalar.decode(text, at: index)
            guard let scalar, scalar < 256 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: scalar))
            index &+= length
        }
        return bytes
    }
}
