import LogRecords

/// Reads the pickle of a usual record: one dict, whose names and values are text, numbers, None, True and False.
///
/// It takes nothing out of the memo, and each name is followed by its value: this needs no stack, memo or containers, and
/// finds what `PickleMachine` finds.
struct PlainPickle {
    /// Longer pickles are for the machine, which limits how many values there are; each of them has a byte.
    static let maxBytes = PickleMachine.maxValues

    /// Where the next opcode is.
    private(set) var position = 0

    /// Takes the opcodes before the first item.
    ///
    /// - Returns: false where there are others.
    @inline(__always)
    mutating func begin(_ input: Span<UInt8>) -> Bool {
        guard input.count >= 16, input.count <= Self.maxBytes else { return false }
        if input[0] == PickleOpcode.proto.rawValue {
            guard input[1] <= 5 else { return false }
            position = 2
            if input[2] == PickleOpcode.frame.rawValue {
                let length = input.bytes.unsafeLoadUnaligned(fromByteOffset: 3, as: UInt64.self)
                position = 11
                guard UInt64(littleEndian: length) <= UInt64(input.count &- position) else { return false }
            }
        }
        guard input[position] == PickleOpcode.emptyDict.rawValue else { return false }
        position &+= 1
        takePut(input)
        guard position < input.count, input[position] == PickleOpcode.mark.rawValue else { return false }
        position &+= 1
        return true
    }

    /// Takes the opcodes after the last item, if they are there.
    @inline(__always)
    mutating func end(_ input: Span<UInt8>) -> Bool {
        guard input.count &- position >= 2, input[unchecked: position] == PickleOpcode.setitems.rawValue,
            input[unchecked: position &+ 1] == PickleOpcode.stop.rawValue
        else { return false }
        position &+= 2
        return true
    }

    /// Takes text; nil where there is none.
    @inline(__always)
    mutating func text(_ input: Span<UInt8>) -> PickleValue? {
        // The longest opcode without its text has 5 bytes, all within the input.
        guard input.count &- position >= 5 else { return nil }
        let start: Int
        let length: Int
        switch input[unchecked: position] {
        case PickleOpcode.binunicode.rawValue:
            // Any 4 bytes are a UInt32.
            let size = input.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position &+ 1, as: UInt32.self)
            length = Int(UInt32(littleEndian: size))
            start = position &+ 5
        case PickleOpcode.shortBinunicode.rawValue, PickleOpcode.shortBinstring.rawValue:
            length = Int(input[unchecked: position &+ 1])
            start = position &+ 2
        default: return nil
        }
        guard length <= input.count &- start else { return nil }
        position = start &+ length
        let text = PickleValue(.text, Range(uncheckedBounds: (start, position)), isDecoded: false)
        takePut(input)
        return text
    }

    /// Takes any value; nil where there is one for which a machine is needed.
    @inline(__always)
    mutating func value(_ input: Span<UInt8>) -> PickleValue? {
        // The end of the dict follows each value. Of a number, so many bytes are within the input.
        let left = input.count &- position &- 2
        guard left >= 1 else { return nil }
        let start = position &+ 1
        switch input[unchecked: position] {
        case PickleOpcode.none.rawValue:
            position = start
            return PickleValue(.none)
        case PickleOpcode.newtrue.rawValue:
            position = start
            return PickleValue(.yes)
        case PickleOpcode.newfalse.rawValue:
            position = start
            return PickleValue(.no)
        case PickleOpcode.binint1.rawValue where left >= 2:
            position = start &+ 1
            return PickleValue(Int64(input[unchecked: start]))
        case PickleOpcode.binint2.rawValue where left >= 3:
            position = start &+ 2
            return PickleValue(Int64(input[unchecked: start]) | Int64(input[unchecked: start &+ 1]) << 8)
        case PickleOpcode.binint.rawValue where left >= 5:
            // Any 4 bytes are an Int32, any 8 an UInt64.
            let number = input.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: Int32.self)
            position = start &+ 4
            return PickleValue(Int64(Int32(littleEndian: number)))
        case PickleOpcode.binfloat.rawValue where left >= 9:
            let bits = input.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
            position = start &+ 8
            return PickleValue(Double(bitPattern: UInt64(bigEndian: bits)))
        case PickleOpcode.long1.rawValue: return long(input)
        case PickleOpcode.long.rawValue: return decimal(input, suffix: 1)
        case PickleOpcode.int.rawValue where input[unchecked: start] != UInt8(ascii: "0"):
            return decimal(input, suffix: 0)
        default: return text(input)
        }
    }

    // MARK: parts

    /// Takes the opcode that puts what was read into the memo, if it is there.
    @inline(__always)
    private mutating func takePut(_ input: Span<UInt8>) {
        guard position < input.count else { return }
        switch input[unchecked: position] {
        // Its index may be missing; then nothing is found there.
        case PickleOpcode.binput.rawValue: position &+= 2
        case PickleOpcode.memoize.rawValue: position &+= 1
        default: break
        }
    }

    /// LONG1 of one to eight bytes, in two's complement: thread ids from protocol 2 on.
    private mutating func long(_ input: Span<UInt8>) -> PickleValue? {
        guard input.count &- position >= 2 else { return nil }
        let count = Int(input[position &+ 1])
        let start = position &+ 2
        guard count >= 1, count <= 8, count <= input.count &- start else { return nil }
        var place = start &+ count &- 1
        var value = Int64(Int8(bitPattern: input[place]))
        while place > start {
            place &-= 1
            value = value << 8 | Int64(input[place])
        }
        position = start &+ count
        return PickleValue(value)
    }

    /// LONG and INT of one to 18 digits, `L42L` and `I42`: thread ids in protocol 1.
    private mutating func decimal(_ input: Span<UInt8>, suffix: Int) -> PickleValue? {
        let start = position &+ 1
        let maxEnd = min(start &+ 18, input.count)
        var end = start
        var value: Int64 = 0
        // Within the input.
        while end < maxEnd, let digit = ASCII.digit(input[unchecked: end]) {
            value = value &* 10 &+ Int64(digit)
            end &+= 1
        }
        guard end > start, input.count &- end >= 2, suffix == 0 || input[end] == UInt8(ascii: "L"),
            input[end &+ suffix] == UInt8(ascii: "\n")
        else { return nil }
        position = end &+ suffix &+ 1
        return PickleValue(value)
    }
}
