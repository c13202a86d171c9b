import LogRecords

/// Fields of an entry in the native form of journald and of the Journal Export Format: `NAME=value` and a line feed.
///
/// A field whose value has a line feed is its name, a line feed, the value's length in 8 bytes (little-endian), the value
/// and a line feed. See https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ and https://systemd.io/JOURNAL_EXPORT_FORMATS/.
extension [UInt8] {
    /// Begins a field.
    ///
    /// - Returns: where its value begins, for `endField`.
    mutating func beginField(_ name: StaticString) -> Int {
        append(name)
        append(UInt8(ascii: "="))
        return count
    }

    /// Begins a field whose name has the program's prefix.
    mutating func beginField(_ prefix: [UInt8], _ name: StaticString) -> Int {
        append(prefix.span)
        return beginField(name)
    }

    /// Ends the field whose value begins at `start`.
    mutating func endField(_ start: Int) {
        if span.extracting(start...).hasLineFeed {
            self[start - 1] = UInt8(ascii: "\n")
            // The pointer does not leave the call.
            Swift.withUnsafeBytes(of: UInt64(count - start).littleEndian) { insert(contentsOf: $0, at: start) }
        }
        append(UInt8(ascii: "\n"))
    }

    /// Appends a value unchanged, and ends its field: the output ends with the name and the equals sign.
    mutating func endField(with value: Span<UInt8>) {
        if value.hasLineFeed {
            self[count - 1] = UInt8(ascii: "\n")
            // The pointer does not leave the call.
            Swift.withUnsafeBytes(of: UInt64(value.count).littleEndian) { append(contentsOf: $0) }
        }
        append(value)
        append(UInt8(ascii: "\n"))
    }

    /// Appends the value of a record's field unchanged, and ends the field.
    mutating func endField(with value: LogRecord.Field.Value, in bytes: Span<UInt8>) {
        switch value {
        case .integer(let integer): endField(with: integer)
        case .bytes(let range), .json(let range): endField(with: bytes.extracting(range))
        }
    }

    /// Appends an integer as the value, and ends the field.
    mutating func endField(with integer: some BinaryInteger) {
        append(decimal: integer)
        append(UInt8(ascii: "\n"))
    }

    mutating func appendField(_ prefix: [UInt8], _ name: StaticString, _ text: String) {
        let start = beginField(prefix, name)
        append(utf8: text)
        endField(start)
    }

    mutating func appendField(_ prefix: [UInt8], _ name: StaticString, _ integer: some BinaryInteger) {
        _ = beginField(prefix, name)
        endField(with: integer)
    }

    mutating func appendField(_ name: StaticString, _ integer: some BinaryInteger) {
        _ = beginField(name)
        endField(with: integer)
    }

    /// Removes the bytes beyond a size, if any.
    mutating func cut(to size: Int) {
        if count > size { removeLast(count - size) }
    }
}

extension Span<UInt8> {
    fileprivate var hasLineFeed: Bool {
        ByteScan.firstIndex(in: self, from: 0) { ByteScan.marks(of: UInt8(ascii: "\n"), in: $0) } < count
    }
}
