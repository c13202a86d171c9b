import LogFormats
import LogRecords

/// Recognizes records of sockserved that come back to it, by something that forwards the log which it writes to.
///
/// Such a record is kept and marked by its fault. One that is marked already goes round without end: of that one the
/// message alone is kept, so that it does not grow with every round.
enum ReturnedRecord {
    private static let fault: StaticString = "the message is a record of sockserved"
    private static let start: StaticString = "{\"time\":\""
    /// Follows the time, which has 27 bytes.
    private static let severity: StaticString = "\",\"severity\":"
    private static let timeSize = 27
    static let program: StaticString = "sockserved"
    static let prefix: StaticString = "SOCKSERVED_"

    /// Marks the record where it is one.
    ///
    /// - Parameters:
    ///   - record: filled from the message.
    ///   - message: what was sent.
    /// - Returns: whether it is one.
    static func mark(_ record: inout LogRecord, of message: Span<UInt8>) -> Bool {
        guard isLine(message) || isLine(record.message.span) || isNamed(record) else { return false }
        if isLine(message), has(fault, in: message) {
            reduce(&record, to: innerMessage(of: message))
        } else if isLine(record.message.span), has(fault, in: record.message.span) {
            let inner = innerMessage(of: record.message.span)
            reduce(&record, to: inner)
        }
        record.set(.fault, to: fault)
        return true
    }

    /// Whether a text is a line of JSON as the daemon writes it.
    private static func isLine(_ text: Span<UInt8>) -> Bool {
        guard text.count > 64, text[0] == UInt8(ascii: "{") else { return false }
        return begins(text, with: start)
            && begins(text.extracting((start.utf8CodeUnitCount &+ timeSize)...), with: severity)
    }

    /// Whether the program or the name of a field is ours, as in the journal.
    private static func isNamed(_ record: borrowing LogRecord) -> Bool {
        if case .bytes(let range)? = record.value(of: .appName), range.count == program.utf8CodeUnitCount,
            begins(record.bytes.span.extracting(range), with: program)
        {
            return true
        }
        guard record.hasExtra else { return false }
        for index in record.fields.indices {
            guard case .extra(let range) = record.fields[index].name, range.count > prefix.utf8CodeUnitCount,
                record.bytes[range.lowerBound] == UInt8(ascii: "S")
            else { continue }
            if begins(record.bytes.span.extracting(range), with: prefix) { return true }
        }
        return false
    }

    /// The value of the member `message` of a line; nil where the line is cut before its end.
    private static func innerMessage(of line: Span<UInt8>) -> [UInt8]? {
        var scanner = JSONScanner()
        while let member = try? scanner.next(in: line) {
            guard case .string(let text) = member.value, member.name.range.count == 7,
                begins(line.extracting(member.name.range), with: "message")
            else { continue }
            var decoded: [UInt8] = []
            _ = text.append(from: line, to: &decoded)
            return decoded
        }
        return nil
    }

    private static func reduce(_ record: inout LogRecord, to message: [UInt8]?) {
        let facility = record.facility
        record.begin(nil, severity: record.severity, time: record.time, origin: record.origin)
        record.facility = facility
        if let message { record.message = message }
    }

    private static func begins(_ text: Span<UInt8>, with prefix: StaticString) -> Bool {
        let count = prefix.utf8CodeUnitCount
        guard text.count >= count else { return false }
        // The pointer does not leave the call.
        return prefix.withUTF8Buffer { prefix in
            for index in 0..<count where text[index] != prefix[index] { return false }
            return true
        }
    }

    private static func has(_ part: StaticString, in text: Span<UInt8>) -> Bool {
        let count = part.utf8CodeUnitCount
        guard text.count >= count else { return false }
        for index in 0...(text.count &- count) where begins(text.extracting(index...), with: part) { return true }
        return false
    }
}
