import LogRecords

/// Journal fields in a batch: each is its length in 4 bytes (native byte order) followed by `NAME=value`.
extension [UInt8] {
    /// Begins a field; `endField` sets its length.
    ///
    /// - Returns: its start.
    mutating func beginField() -> Int {
        let start = count
        append(0 as UInt32)
        return start
    }

    /// Begins a field and appends its name.
    mutating func beginField(_ name: StaticString) -> Int {
        let start = beginField()
        append(name)
        append(UInt8(ascii: "="))
        return start
    }

    /// Begins a field and appends its name with the program's prefix.
    mutating func beginField(_ prefix: [UInt8], _ name: StaticString) -> Int {
        let start = beginField()
        append(prefix.span)
        append(name)
        append(UInt8(ascii: "="))
        return start
    }

    /// Ends the field that begins at `start`.
    mutating func endField(_ start: Int) {
        // `message_limit` bounds a record far below 4 GiB.
        let length = UInt32(truncatingIfNeeded: count - start - MemoryLayout<UInt32>.size)
        withUnsafeMutableBytes { $0.storeBytes(of: length, toByteOffset: start, as: UInt32.self) }
    }

    /// Removes the field that begins at `start`.
    mutating func cancelField(_ start: Int) {
        cut(to: start)
    }

    mutating func appendField(_ name: StaticString, _ value: Span<UInt8>) {
        // `message_limit` bounds a record far below 4 GiB.
        append(UInt32(truncatingIfNeeded: name.utf8CodeUnitCount + 1 + value.count))
        append(name)
        append(UInt8(ascii: "="))
        append(value)
    }

    mutating func appendField(_ prefix: [UInt8], _ name: StaticString, _ text: String) {
        let start = beginField(prefix, name)
        append(utf8: text)
        endField(start)
    }

    mutating func appendField(_ prefix: [UInt8], _ name: StaticString, _ integer: some BinaryInteger) {
        let start = beginField(prefix, name)
        append(decimal: integer)
        endField(start)
    }

    mutating func appendField(_ name: StaticString, _ integer: some BinaryInteger) {
        let start = beginField(name)
        append(decimal: integer)
        endField(start)
    }

    /// Appends the value of a record's field unchanged.
    mutating func append(_ value: LogRecord.Field.Value, in bytes: Span<UInt8>) {
        switch value {
        case .integer(let integer): append(decimal: integer)
        case .bytes(let range), .json(let range): append(bytes.extracting(range))
        }
    }

    /// Removes the bytes beyond a size, if any.
    mutating func cut(to size: Int) {
        if count > size { removeLast(count - size) }
    }

    private mutating func append(_ length: UInt32) {
        // The pointer does not leave the call.
        Swift.withUnsafeBytes(of: length) { append(contentsOf: $0) }
    }
}
