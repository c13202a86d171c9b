import LogRecords

/// The opcodes for which Python imports, looks up or calls something.
///
/// Here they only make names and objects.
extension PickleMachine {
    /// A name is cut at this many bytes.
    private static let maxNameBytes = 128

    mutating func makeOpaque(_ opcode: PickleOpcode, _ input: Span<UInt8>) throws(MessageError) {
        switch opcode {
        case .global:
            try push(try readName(input))
        case .stackGlobal:
            let name = try pop()
            let module = try pop()
            try push(qualified(module, name, input))
        case .inst:
            let name = try readName(input)
            try makeSinceMark(.tuple)
            try pushObject(name, try pop())
        case .obj:
            let start = try popMark()
            guard start < depth else { throw underflow }
            try make(.tuple, of: depth &- start &- 1)
            let arguments = try pop()
            try pushObject(type(try pop()), arguments)
        case .newobj:
            let arguments = try pop()
            try pushObject(type(try pop()), arguments)
        case .newobjEx:
            let names = try pop()
            let arguments = try pop()
            try pushObject(type(try pop()), arguments, state: names)
        case .reduce:
            let arguments = try pop()
            try call(try pop(), arguments, input)
        case .build:
            let state = try pop()
            let value = try top()
            if value.kind == .object { objects[value.container].state = state }
        case .ext1:
            try pushExtension(UInt32(try readByte(input)))
        case .ext2:
            try pushExtension(UInt32(try readUInt16(input)))
        case .ext4:
            try pushExtension(try readUInt32(input))
        case .persid, .binpersid:
            if opcode == .persid { _ = try readLine(input) } else { _ = try pop() }
            try push(named("<persistent object>"))
        case .nextBuffer:
            try push(named("<buffer>"))
        default:
            // READONLY_BUFFER: the same value, which cannot be changed any more.
            _ = try top()
        }
    }

    private mutating func named(_ text: StaticString) -> PickleValue {
        let start = decoded.count
        decoded.append(text)
        return PickleValue(.opaque, start..<decoded.count, isDecoded: true)
    }

    /// GLOBAL and INST: two lines.
    private mutating func readName(_ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        let module = try readLine(input)
        let name = try readLine(input)
        return qualified(
            PickleValue(.text, module, isDecoded: false),
            PickleValue(.text, name, isDecoded: false),
            input
        )
    }

    /// `<module.name>`, harmless and not long.
    private mutating func qualified(_ module: PickleValue, _ name: PickleValue, _ input: Span<UInt8>) -> PickleValue {
        // Names may be taken from the memo, for less than they are long.
        guard module.kind == .text, name.kind == .text, decoded.count <= 2 &* input.count else {
            return named("<object>")
        }
        let start = decoded.count
        decoded.append(UInt8(ascii: "<"))
        appendName(module, input)
        decoded.append(UInt8(ascii: "."))
        appendName(name, input)
        if decoded.count &- start > Self.maxNameBytes {
            var end = start &+ Self.maxNameBytes
            while decoded[end] & 0xC0 == 0x80 { end &-= 1 }
            decoded.removeLast(decoded.count &- end)
            decoded.append("...")
        }
        decoded.append(UInt8(ascii: ">"))
        return PickleValue(.opaque, start..<decoded.count, isDecoded: true)
    }

    private mutating func appendName(_ value: PickleValue, _ input: Span<UInt8>) {
        let range = value.range.lowerBound..<min(value.range.upperBound, value.range.lowerBound &+ Self.maxNameBytes)
        guard value.isDecoded else {
            TextEscaping.append(input.extracting(range), to: &decoded)
            return
        }
        let copy = Array(decoded[range])
        TextEscaping.append(copy.span, to: &decoded)
    }

    private mutating func pushExtension(_ code: UInt32) throws(MessageError) {
        let start = decoded.count
        decoded.append("<extension ")
        decoded.append(decimal: code)
        decoded.append(">")
        try push(PickleValue(.opaque, start..<decoded.count, isDecoded: true))
    }

    private mutating func type(_ value: PickleValue) -> PickleValue {
        value.kind == .opaque ? value : named("<object>")
    }

    /// Makes the value that a function would return, without calling it: functions that make instances, and `getattr`,
    /// are known.
    private mutating func call(
        _ function: PickleValue,
        _ arguments: PickleValue,
        _ input: Span<UInt8>
    ) throws(MessageError) {
        guard function.kind == .opaque else { return try push(named("<object>")) }
        let first = arguments.kind == .tuple ? item(0, of: arguments) : nil
        guard let first, first.kind == .opaque, let maker = PythonType.named(decoded.span.extracting(function.range))
        else {
            return try pushObject(function, arguments)
        }
        switch maker {
        case .reconstructor:
            let state = item(2, of: arguments) ?? PickleValue(.none)
            try pushObject(first, state.kind == .none ? PickleValue(.unset) : state)
        case .newObject:
            let start = items.count
            let count = itemCount(of: arguments) &- 1
            guard start &+ count <= Self.maxValues else { throw Self.tooMany }
            for number in 0..<count { try push(item(number &+ 1, of: arguments) ?? PickleValue(.none)) }
            try make(.tuple, of: count)
            try pushObject(first, try pop())
        case .newObjectEx:
            let given = item(1, of: arguments) ?? PickleValue(.unset)
            try pushObject(first, given, state: item(2, of: arguments) ?? PickleValue(.unset))
        case .attribute:
            // Names may be taken from the memo, for less than they are long.
            guard let name = item(1, of: arguments), name.kind == .text, decoded.count <= 2 &* input.count,
                first.range.count + name.range.count <= Self.maxNameBytes
            else { return try pushObject(function, arguments) }
            let start = decoded.count
            decoded.append(contentsOf: Array(decoded[first.range].dropLast()))
            decoded.append(UInt8(ascii: "."))
            appendName(name, input)
            decoded.append(UInt8(ascii: ">"))
            try push(PickleValue(.opaque, start..<decoded.count, isDecoded: true))
        default: try pushObject(function, arguments)
        }
    }
}
