import Glibc
import LogRecords

/// Fields of an entry in the native form of journald and of the Journal Export Format: `NAME=value` and a line feed.
///
/// A field whose value has a line feed is its name, a line feed, the value's length in 8 bytes (little-endian), the value
/// and a line feed. Names are given with their equals sign. See https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ and https://systemd.io/JOURNAL_EXPORT_FORMATS/.
extension [UInt8] {
    /// Begins a field.
    ///
    /// - Returns: where its value begins, for `endField`.
    mutating func beginField(_ name: StaticString) -> Int {
        append(name)
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

    /// Appends the end of a name and a value unchanged, which is the rest of a field.
    ///
    /// - Parameters:
    ///   - name: ends with the equals sign.
    ///   - value: the value.
    ///   - isPlain: whether the value is known to have no line feed.
    @inline(__always)
    mutating func appendField(_ name: Span<UInt8>, _ value: Span<UInt8>, isPlain: Bool = false) {
        guard isPlain || !value.hasLineFeed else { return appendLong(name, value) }
        append(name, value, UInt8(ascii: "\n"))
    }

    private mutating func appendLong(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        append(name.extracting(droppingLast: 1))
        append(UInt8(ascii: "\n"))
        // The pointer does not leave the call.
        Swift.withUnsafeBytes(of: UInt64(value.count).littleEndian) { append(contentsOf: $0) }
        append(value)
        append(UInt8(ascii: "\n"))
    }

    /// Appends the same for the value of a record's field.
    mutating func appendField(_ name: Span<UInt8>, _ value: LogRecord.Field.Value, in bytes: Span<UInt8>) {
        switch value {
        case .integer(let integer):
            append(name)
            endField(with: integer)
        case .bytes(let range), .json(let range): appendField(name, bytes.extracting(range))
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

    /// Appends a field with a number of one or two digits.
    mutating func appendField(_ name: StaticString, upTo99 number: UInt8) {
        let digits: InlineArray<2, UInt8> = [UInt8(ascii: "0") &+ number / 10, UInt8(ascii: "0") &+ number % 10]
        // The pointer does not leave the call.
        name.withUTF8Buffer { append($0.span, digits.span.extracting((number < 10 ? 1 : 0)...), UInt8(ascii: "\n")) }
    }

    /// Removes the bytes beyond a size, if any.
    mutating func cut(to size: Int) {
        if count > size { removeLast(count - size) }
    }
}

extension Span<UInt8> {
    fileprivate var hasLineFeed: Bool {
        // The pointer does not leave the call, and memchr(3) reads so many bytes from there at most.
        withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0, Int32(UInt8(ascii: "\n")), bytes.count) != nil } ?? false
        }
    }
}
