extension [UInt8] {
    /// Appends text in UTF-8.
    @inlinable
    public mutating func append(_ text: StaticString) {
        // Read within the call only; a StaticString's storage is never freed.
        text.withUTF8Buffer { append($0.span) }
    }

    /// Appends bytes.
    @inlinable
    public mutating func append(_ span: Span<UInt8>) {
        // `append(contentsOf:)` asks more often whether there is room.
        append(addingCapacity: span.count) { output in
            output.withUnsafeMutableBufferPointer { buffer, count in
                // There is room for all of it, and neither pointer leaves the calls.
                span.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
                count = span.count
            }
        }
    }

    /// Appends two pieces and one byte, for which it asks once whether there is room.
    @inlinable
    package mutating func append(_ first: Span<UInt8>, _ second: Span<UInt8>, _ last: UInt8) {
        let size = first.count &+ second.count &+ 1
        append(addingCapacity: size) { output in
            output.withUnsafeMutableBufferPointer { buffer, count in
                // There is room for all of it, and no pointer leaves the calls.
                let room = UnsafeMutableRawBufferPointer(buffer)
                first.withUnsafeBytes { room.copyMemory(from: $0) }
                let rest = UnsafeMutableRawBufferPointer(rebasing: room[first.count...])
                second.withUnsafeBytes { rest.copyMemory(from: $0) }
                room[size &- 1] = last
                count = size
            }
        }
    }

    /// Appends text in UTF-8, its control characters escaped.
    public mutating func append(escaping text: String) {
        var text = text
        // The pointer does not leave the call.
        text.withUTF8 { TextEscaping.append($0.span, to: &self) }
    }

    /// Appends text in UTF-8 as it is.
    public mutating func append(utf8 text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends the decimal digits of an integer of at most 64 bits, without making a String of it.
    @inlinable
    public mutating func append(decimal value: some BinaryInteger) {
        if value < 0 {
            append(UInt8(ascii: "-"))
        }
        append(digitsOf: UInt64(value.magnitude))
    }

    @usableFromInline
    mutating func append(digitsOf value: UInt64) {
        // UInt64.max has 20 digits. They are filled in from the end.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = digits.count
        var rest = value
        repeat {
            start &-= 1
            digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        append(digits.span.extracting(start...))
    }

    /// Appends the decimal digits of a number, with zeros in front up to `width`.
    public mutating func append(decimal value: Int, width: Int) {
        var limit = 10
        var digits = 1
        while digits < width, value >= limit {
            limit &*= 10
            digits += 1
        }
        for _ in 0..<Swift.max(0, width - digits) {
            append(UInt8(ascii: "0"))
        }
        append(decimal: value)
    }
}

extension StaticString {
    /// Whether it has no bytes.
    var isEmpty: Bool { utf8CodeUnitCount == 0 }
}

extension Span<UInt8> {
    /// Whether the bytes from `index` on begin with those of a text in UTF-8.
    package func begins(with text: StaticString, at index: Int = 0) -> Bool {
        guard count &- index >= text.utf8CodeUnitCount else { return false }
        // The pointer does not leave the call.
        return text.withUTF8Buffer { extracting(index..<(index &+ $0.count)).isEqual(to: $0.span) }
    }

    /// Whether the bytes are those of a text in UTF-8.
    package func isEqual(to text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && begins(with: text)
    }

    /// Whether the other's bytes are the same.
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        guard count >= 8 else {
            while index < count {
                guard self[index] == other[index] else { return false }
                index &+= 1
            }
            return true
        }
        // Eight bytes from `index` on are within both; any eight bytes are a UInt64.
        func isEqual(at index: Int) -> Bool {
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
                == other.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
        }
        let last = count &- 8
        while index < last {
            guard isEqual(at: index) else { return false }
            index &+= 8
        }
        return isEqual(at: last)
    }
}
