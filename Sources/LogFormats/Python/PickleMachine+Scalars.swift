extension PickleMachine {
    /// Whether an opcode is one of those that `runScalars` runs.
    @inline(__always)
    static func isScalar(_ opcode: UInt8) -> Bool {
        switch opcode {
        case PickleOpcode.binunicode.rawValue, PickleOpcode.shortBinunicode.rawValue, PickleOpcode.none.rawValue,
            PickleOpcode.binint1.rawValue, PickleOpcode.binint2.rawValue, PickleOpcode.binfloat.rawValue:
            true
        default: false
        }
    }

    /// Runs text, other scalars and the memo, which most of a log record's pickle consists of, up to the first other
    /// opcode.
    ///
    /// The other methods could do all of it. It is done apart, with all state in registers, because it takes most of
    /// the time.
    static func runScalars(
        _ input: Span<UInt8>,
        from place: inout Int,
        _ values: inout [PickleValue],
        _ top: inout Int,
        _ puts: inout PickleMemo
    ) {
        guard !puts.hasFar else { return }
        var (position, depth, used, count) = (place, top, puts.used, puts.count)
        var stack = values.mutableSpan
        var memo = puts.near.mutableSpan
        // The longest opcode without its text has 9 bytes; the end of the pickle is for the others. What is asked here
        // is why nothing within asks for bounds again: of 9 bytes from `position` on, and of the place at `depth`.
        loop: while input.count &- position >= 9, depth < stack.count {
            switch input[unchecked: position] {
            case PickleOpcode.binunicode.rawValue:
                // Within the 9 bytes; any 4 bytes are a UInt32.
                let size = input.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position &+ 1, as: UInt32.self)
                let length = Int(UInt32(littleEndian: size))
                let start = position &+ 5
                guard length <= input.count &- start else { break loop }
                position = start &+ length
                stack[unchecked: depth] = PickleValue(.text, start..<position, isDecoded: false)
                depth &+= 1
            case PickleOpcode.shortBinunicode.rawValue:
                let start = position &+ 2
                let length = Int(input[unchecked: position &+ 1])
                guard length <= input.count &- start else { break loop }
                position = start &+ length
                stack[unchecked: depth] = PickleValue(.text, start..<position, isDecoded: false)
                depth &+= 1
            case PickleOpcode.none.rawValue:
                position &+= 1
                stack[unchecked: depth] = PickleValue(.none)
                depth &+= 1
                continue
            case PickleOpcode.binint1.rawValue:
                stack[unchecked: depth] = PickleValue(Int64(input[unchecked: position &+ 1]))
                position &+= 2
                depth &+= 1
                continue
            case PickleOpcode.binint2.rawValue:
                stack[unchecked: depth] = PickleValue(
                    Int64(input[unchecked: position &+ 1]) | Int64(input[unchecked: position &+ 2]) << 8
                )
                position &+= 3
                depth &+= 1
                continue
            case PickleOpcode.binfloat.rawValue:
                let bits = input.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position &+ 1, as: UInt64.self)
                stack[unchecked: depth] = PickleValue(Double(bitPattern: UInt64(bigEndian: bits)))
                position &+= 9
                depth &+= 1
                continue
            default:
                break loop
            }
            // The value that was pushed is put into the memo, as a rule. The bounds asked here are of two bytes, and of `used`.
            guard position &+ 1 < input.count, used < memo.count else { continue }
            switch input[unchecked: position] {
            case PickleOpcode.binput.rawValue where Int(input[unchecked: position &+ 1]) == used: position &+= 2
            case PickleOpcode.memoize.rawValue where count == used: position &+= 1
            default: continue
            }
            memo[unchecked: used] = stack[unchecked: depth &- 1]
            used &+= 1
            count &+= 1
        }
        place = position
        top = depth
        puts.used = used
        puts.count = count
    }
}
