import LogRecords

/// The longer one of GELF's two messages.
extension GELFParser {
    /// Once all members are taken.
    mutating func finish(_ message: Span<UInt8>, _ record: inout LogRecord) {
        if !takenFields.contains(.level), let named { record.severity = named }
        let hasMessage = !record.message.isEmpty
        if !takenFields.contains(.shortMessage) { record.set(.fault, to: "no short_message") }
        guard let fullMessage else {
            if !hasMessage, !TextEscaping.appendValid(message, to: &record.message) { needsRaw = true }
            return
        }
        guard hasMessage else {
            if !fullMessage.append(from: message, to: &record.message) { needsRaw = true }
            if record.message.isEmpty, !TextEscaping.appendValid(message, to: &record.message) { needsRaw = true }
            return
        }
        let name = record.bytes.count
        record.bytes.append("full_message")
        let text = record.bytes.count
        if !fullMessage.append(from: message, to: &record.bytes) { needsRaw = true }
        guard !record.bytes.span.extracting(text...).isEqual(to: record.message.span) else {
            record.bytes.removeSubrange(name...)
            return
        }
        if Self.isTraceback(record.bytes[text...]) {
            // As `formatException` of Python's Formatter ends it.
            if record.bytes.last == UInt8(ascii: "\n") { record.bytes.removeLast() }
            record.add(.known(.exceptionText), .bytes(text..<record.bytes.count))
        } else {
            record.add(.extra(name..<text), .bytes(text..<record.bytes.count))
        }
    }

    /// Whether a text is Python's report of an exception.
    private static func isTraceback(_ text: ArraySlice<UInt8>) -> Bool {
        let beginning: StaticString = "Traceback (most recent call last):\n"
        // Read within the call only; a StaticString's storage is never freed.
        return beginning.withUTF8Buffer { text.starts(with: $0) }
    }
}
