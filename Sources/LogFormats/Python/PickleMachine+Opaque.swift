import LogRecords

/// The opcodes for which Python imports, looks up or calls something. Here they only make names.
extension PickleMachine {
    /// A name is cut at this many bytes.
    private static let longestName = 128
    /// Functions that make an instance of the class that is their first argument.
    private static let makers: [StaticString] = [
        "<copy_reg._reconstructor>", "<copyreg._reconstructor>", "<copy_reg.__newobj__>", "<copyreg.__newobj__>",
    ]

    mutating func makeOpaque(_ opcode: PickleOpcode, _ input: Span<UInt8>) throws(MessageFault) {
        hasOpaque = true
        switch opcode {
        case .global:
            try push(try readName(input))
        case .stackGlobal:
            let name = try pop()
            let module = try pop()
            try push(qualified(module, name, input))
        case .inst:
            let name = try readName(input)
            _ = try popSinceMark()
            try push(name)
        case .obj:
            guard let type = try popSinceMark() else { throw underflow }
            try push(instance(of: type))
        case .newobj:
            _ = try pop()
            try push(instance(of: try pop()))
        case .newobjEx:
            _ = try pop()
            _ = try pop()
            try push(instance(of: try pop()))
        case .reduce:
            let arguments = try pop()
            try push(result(of: try pop(), arguments))
        case .build:
            _ = try pop()
            _ = try top()
        case .ext1:
            try pushExtension(UInt32(try readByte(input)))
        case .ext2:
            try pushExtension(UInt32(try readUInt16(input)))
        case .ext4:
            try pushExtension(try readUInt32(input))
        case .persid:
            _ = try readLine(input)
            try push(named("<persistent object>"))
        case .binpersid:
            _ = try pop()
            try push(named("<persistent object>"))
        case .nextBuffer:
            try push(named("<buffer>"))
        default:
            // READONLY_BUFFER: the same value, which cannot be changed any more.
            _ = try top()
        }
    }

    private mutating func named(_ text: StaticString) -> PickleValue {
        let start = aside.count
        aside.append(text)
        return PickleValue(.opaque, start..<aside.count, isAside: true)
    }

    /// GLOBAL and INST: two lines.
    private mutating func readName(_ input: Span<UInt8>) throws(MessageFault) -> PickleValue {
        let module = try readLine(input)
        let name = try readLine(input)
        return qualified(
            PickleValue(.text, module, isAside: false),
            PickleValue(.text, name, isAside: false),
            input
        )
    }

    /// `<module.name>`, harmless and not long.
    private mutating func qualified(_ module: PickleValue, _ name: PickleValue, _ input: Span<UInt8>) -> PickleValue {
        // Names may be taken from the memo, for less than they are long.
        guard module.kind == .text, name.kind == .text, aside.count <= 2 &* input.count else {
            return named("<object>")
        }
        let start = aside.count
        aside.append(UInt8(ascii: "<"))
        appendName(module, input)
        aside.append(UInt8(ascii: "."))
        appendName(name, input)
        if aside.count &- start > Self.longestName {
            var end = start &+ Self.longestName
            while aside[end] & 0xC0 == 0x80 { end &-= 1 }
            aside.removeLast(aside.count &- end)
            aside.append("...")
        }
        aside.append(UInt8(ascii: ">"))
        return PickleValue(.opaque, start..<aside.count, isAside: true)
    }

    private mutating func appendName(_ value: PickleValue, _ input: Span<UInt8>) {
        let range = value.range.lowerBound..<min(value.range.upperBound, value.range.lowerBound &+ Self.longestName)
        guard value.isAside else {
            TextEscaping.append(input.extracting(range), to: &aside)
            return
        }
        let copy = Array(aside[range])
        TextEscaping.append(copy.span, to: &aside)
    }

    private mutating func pushExtension(_ code: UInt32) throws(MessageFault) {
        let start = aside.count
        aside.append("<extension ")
        aside.append(decimal: code)
        aside.append(">")
        try push(PickleValue(.opaque, start..<aside.count, isAside: true))
    }

    private mutating func instance(of type: PickleValue) -> PickleValue {
        type.kind == .opaque ? type : named("<object>")
    }

    private mutating func result(of function: PickleValue, _ arguments: PickleValue) -> PickleValue {
        guard function.kind == .opaque else { return named("<object>") }
        guard arguments.kind == .tuple, Self.makers.contains(where: { isNamed(function, $0) }) else { return function }
        let first = containers[arguments.container].first
        guard first >= 0 else { return function }
        let type = items[segments[Int(first)].range.lowerBound]
        return type.kind == .opaque ? type : function
    }

    private func isNamed(_ value: PickleValue, _ name: StaticString) -> Bool {
        // The pointer does not leave the call.
        name.withUTF8Buffer { $0.elementsEqual(aside[value.range]) }
    }
}
