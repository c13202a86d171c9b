import LogRecords

/// Takes numbers and lengths from the input.
extension PickleMachine {
    mutating func readByte(_ input: Span<UInt8>) throws(MessageError) -> UInt8 {
        guard position < input.count else { throw Self.early }
        let byte = input[position]
        position &+= 1
        return byte
    }

    // Of the following, each asks for its bounds before it reads; any bytes are an integer.

    mutating func readUInt16(_ input: Span<UInt8>) throws(MessageError) -> UInt16 {
        guard input.count &- position >= 2 else { throw Self.early }
        defer { position &+= 2 }
        return UInt16(littleEndian: input.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt16.self))
    }

    mutating func readUInt32(_ input: Span<UInt8>) throws(MessageError) -> UInt32 {
        guard input.count &- position >= 4 else { throw Self.early }
        defer { position &+= 4 }
        return UInt32(littleEndian: input.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    mutating func readUInt64(_ input: Span<UInt8>) throws(MessageError) -> UInt64 {
        guard input.count &- position >= 8 else { throw Self.early }
        defer { position &+= 8 }
        return UInt64(littleEndian: input.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    /// Reads a length, and checks that so many bytes follow.
    @inline(__always)
    mutating func readLength(_ width: Int, _ input: Span<UInt8>) throws(MessageError) -> Int {
        let length: UInt64 =
            switch width {
            case 1: UInt64(try readByte(input))
            case 4: UInt64(try readUInt32(input))
            default: try readUInt64(input)
            }
        guard length <= UInt64(input.count &- position) else { throw Self.early }
        return Int(truncatingIfNeeded: length)
    }

    /// Pushes text or bytes that follow their length.
    @inline(__always)
    mutating func push(
        _ kind: PickleValue.Kind,
        length width: Int,
        _ input: Span<UInt8>
    ) throws(MessageError) {
        let length = try readLength(width, input)
        let start = position
        position &+= length
        try push(PickleValue(kind, start..<position, isDecoded: false))
    }

    /// The bytes up to the next newline, which is taken too.
    mutating func readLine(_ input: Span<UInt8>) throws(MessageError) -> Range<Int> {
        let start = position
        let end = ByteScan.firstIndex(in: input, from: start) { ByteScan.marks(of: UInt8(ascii: "\n"), in: $0) }
        guard end < input.count else { throw Self.early }
        position = end &+ 1
        return start..<end
    }

    /// A place in the memo, in decimal digits.
    mutating func readIndex(_ input: Span<UInt8>) throws(MessageError) -> Int {
        let line = try readLine(input)
        guard let index = Self.integer(input.extracting(line)), index >= 0 else { throw badNumber }
        return Int(index)
    }

    /// INT: `I42`, and `I01` and `I00` for True and False.
    mutating func readInt(_ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        let line = try readLine(input)
        if line.count == 2, input[line.lowerBound] == UInt8(ascii: "0") {
            switch input[line.lowerBound &+ 1] {
            case UInt8(ascii: "0"): return PickleValue(.no)
            case UInt8(ascii: "1"): return PickleValue(.yes)
            default: break
            }
        }
        return try decimal(line, input)
    }

    /// LONG: `L42L`.
    mutating func readLong(_ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        let line = try readLine(input)
        let hasSuffix = !line.isEmpty && input[line.upperBound &- 1] == UInt8(ascii: "L")
        return try decimal(hasSuffix ? line.lowerBound..<(line.upperBound &- 1) : line, input)
    }

    /// LONG1 and LONG4: two's complement, little-endian.
    mutating func readLong(count: Int, _ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        guard count <= input.count &- position else { throw Self.early }
        let digits = position..<(position &+ count)
        position &+= count
        guard count > 0 else { return PickleValue(Int64(0)) }
        let isNegative = input[digits.upperBound &- 1] >= 0x80
        guard count <= 16 else { return hexadecimal(digits, isNegative: isNegative, input) }
        var value: Int128 = isNegative ? -1 : 0
        for place in digits.reversed() { value = value << 8 | Int128(input[place]) }
        if let small = Int64(exactly: value) { return PickleValue(small) }
        let start = decoded.count
        decoded.append(utf8: value.description)
        return PickleValue(.digits, start..<decoded.count, isDecoded: true)
    }

    /// FLOAT: as Python's `repr` writes it.
    mutating func readFloat(_ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        let line = try readLine(input)
        // The longest that Python writes has 24 bytes.
        guard line.count <= 64 else { throw badNumber }
        let text = input.extracting(line).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard let value = Double(text) else { throw badNumber }
        return PickleValue(value)
    }

    // MARK: integers

    /// An integer in decimal digits.
    ///
    /// Beyond 128 bits it is text: converting it would cost the square of its size.
    private mutating func decimal(_ line: Range<Int>, _ input: Span<UInt8>) throws(MessageError) -> PickleValue {
        var start = line.lowerBound
        if let small = Self.integer(input.extracting(line)) { return PickleValue(small) }
        let isNegative = start < line.upperBound && input[start] == UInt8(ascii: "-")
        if isNegative { start &+= 1 }
        guard start < line.upperBound else { throw badNumber }
        for place in start..<line.upperBound where !(0x30...0x39).contains(input[place]) { throw badNumber }
        while line.upperBound &- start > 1, input[start] == UInt8(ascii: "0") { start &+= 1 }
        let first = decoded.count
        if isNegative { decoded.append(UInt8(ascii: "-")) }
        decoded.append(input.extracting(start..<line.upperBound))
        // 2 to the 127th has 39 digits.
        let kind: PickleValue.Kind = line.upperBound &- start <= 39 ? .digits : .text
        return PickleValue(kind, first..<decoded.count, isDecoded: true)
    }

    /// Decimal digits with a minus sign or none, if there are no more than 64 bits need.
    private static func integer(_ digits: Span<UInt8>) -> Int64? {
        guard digits.count <= 20, !digits.isEmpty, digits[0] != UInt8(ascii: "+") else { return nil }
        return Int64(decimal: digits)
    }

    /// An integer of more than 128 bits as text: `0x...`, as Python's `hex` writes it.
    private mutating func hexadecimal(_ digits: Range<Int>, isNegative: Bool, _ input: Span<UInt8>) -> PickleValue {
        let start = decoded.count
        // The magnitude, from the lowest byte on: digits are appended in that order, and reversed.
        var carry: UInt8 = isNegative ? 1 : 0
        for place in digits {
            var byte = input[place]
            if isNegative {
                let sum = (~byte).addingReportingOverflow(carry)
                byte = sum.partialValue
                carry = sum.overflow ? 1 : 0
            }
            decoded.append(Hexadecimal.digit(byte & 0xF))
            decoded.append(Hexadecimal.digit(byte >> 4))
        }
        if carry == 1 { decoded.append(UInt8(ascii: "1")) }
        while decoded.count &- start > 1, decoded[decoded.count &- 1] == UInt8(ascii: "0") { decoded.removeLast() }
        decoded.append("x0")
        if isNegative { decoded.append(UInt8(ascii: "-")) }
        decoded[start...].reverse()
        return PickleValue(.text, start..<decoded.count, isDecoded: true)
    }

    private var badNumber: MessageError { MessageError("no number before byte \(position)") }
}
