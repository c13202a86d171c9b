import LogRecords

/// Writes a record as a JSON object on one line (RFC 8259), in UTF-8, as `JSONText` writes strings.
///
/// Bytes that are no text stand in base64 under the key with `_base64` added. What the sender chose the names of is in
/// objects of its own, so that it cannot pass for anything else.
enum JSONLine {
    /// Appends the object, without an end of line.
    static func append(_ record: borrowing LogRecord, to batch: inout LogBatch) {
        appendTime(record.time, to: &batch)
        batch.bytes.append(level(record.severity))
        if let event = record.event {
            batch.bytes.append(",\"event\":")
            JSONText.append(event.name, to: &batch.bytes)
        }
        if let facility = record.facility {
            append(",\"facility\":", facility.rawValue, to: &batch.bytes)
        }
        let hasTimestamp = appendTimestamp(record.claimedTime, to: &batch)
        batch.bytes.append(",\"message\":")
        JSONText.append(record.message.span, to: &batch.bytes)
        if let origin = record.origin {
            append(origin, to: &batch)
        }
        if appendKnown(record, hasTimestamp: hasTimestamp, to: &batch.bytes) || record.hasExtra {
            batch.bytes.append(",\"extra\":")
            JSONObjects.appendExtra(record, to: &batch)
        }
        if record.hasStructuredData {
            batch.bytes.append(",\"structured_data\":")
            JSONObjects.appendStructuredData(record, to: &batch)
        }
        batch.bytes.append(UInt8(ascii: "}"))
    }

    /// Appends the beginning, up to the severity's digit; it is the same for all that was received at once.
    private static func appendTime(_ time: WallTime, to batch: inout LogBatch) {
        if batch.scratch.time != time {
            batch.scratch.time = time
            batch.scratch.timeText.removeAll(keepingCapacity: true)
            batch.scratch.timeText.append("{\"time\":\"")
            let calendar = batch.calendar.universal(time)
            Timestamp.append(calendar, microseconds: time.microseconds, to: &batch.scratch.timeText)
            batch.scratch.timeText.append("\",\"severity\":")
        }
        batch.bytes.append(contentsOf: batch.scratch.timeText)
    }

    private static func level(_ severity: Severity) -> StaticString {
        switch severity {
        case .emergency: "0,\"level\":\"emergency\""
        case .alert: "1,\"level\":\"alert\""
        case .critical: "2,\"level\":\"critical\""
        case .error: "3,\"level\":\"error\""
        case .warning: "4,\"level\":\"warning\""
        case .notice: "5,\"level\":\"notice\""
        case .informational: "6,\"level\":\"info\""
        case .debug: "7,\"level\":\"debug\""
        }
    }

    /// - Returns: false where there is none, or none that can be written.
    private static func appendTimestamp(_ time: WallTime?, to batch: inout LogBatch) -> Bool {
        guard let time, let calendar = batch.calendar.claimed(time) else { return false }
        batch.bytes.append(",\"timestamp\":\"")
        Timestamp.append(calendar, microseconds: time.microseconds, to: &batch.bytes)
        batch.bytes.append(UInt8(ascii: "\""))
        return true
    }

    /// Appends the fields with known keys, each key once.
    ///
    /// - Returns: whether a key was there again; its other values are among the extra fields.
    private static func appendKnown(
        _ record: borrowing LogRecord,
        hasTimestamp: Bool,
        to output: inout [UInt8]
    ) -> Bool {
        var keys = KeySet()
        var hasRepeated = false
        for index in record.fields.indices {
            let field = record.fields[index]
            guard case .known(let key) = field.name else { continue }
            guard keys.insert(key) else {
                hasRepeated = true
                continue
            }
            // What it says is in `timestamp`.
            if hasTimestamp, case .timestampText = key { continue }
            appendMember(key, field.value, record.bytes.span, to: &output)
        }
        return hasRepeated
    }

    private static func appendMember(
        _ key: FieldKey,
        _ value: LogRecord.Field.Value,
        _ bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        if case .bytes(let range) = value {
            let text = bytes.extracting(range)
            // As nearly all are: looked through once, and copied.
            if PlainText.endUnquoted(in: text, from: 0) == text.count {
                JSONMember.append(key, openingText: true, to: &output)
                output.append(text)
                output.append(UInt8(ascii: "\""))
                return
            }
        }
        let isText = JSONText.isText(value, in: bytes)
        if isText {
            JSONMember.append(key, openingText: false, to: &output)
        } else {
            output.append(",\"")
            output.append(key.json)
            output.append("_base64\":")
        }
        JSONText.append(value, in: bytes, isText: isText, to: &output)
    }

    /// Appends what is the same for all records of a connection, and kept for the next one.
    private static func append(_ origin: Origin, to batch: inout LogBatch) {
        if batch.scratch.origin !== origin {
            batch.scratch.origin = origin
            batch.scratch.originText.removeAll(keepingCapacity: true)
            append(origin, to: &batch.scratch.originText)
        }
        batch.bytes.append(contentsOf: batch.scratch.originText)
    }

    private static func append(_ origin: Origin, to output: inout [UInt8]) {
        append(",\"protocol\":", origin.protocolName, to: &output)
        append(",\"listener\":", origin.listener, to: &output)
        if let peer = origin.peer {
            append(",\"peer\":", origin.peerText, to: &output)
            switch peer {
            case .internet(let address, let port):
                append(",\"peer_address\":", address, to: &output)
                append(",\"peer_port\":", port, to: &output)
            case .unix(let pid, let uid, let gid):
                append(",\"peer_pid\":", pid, to: &output)
                append(",\"peer_uid\":", uid, to: &output)
                append(",\"peer_gid\":", gid, to: &output)
            case .unixPath:
                break
            }
        }
        if let connection = origin.connection {
            append(",\"connection\":", connection, to: &output)
        }
    }

    private static func append(_ key: StaticString, _ integer: some BinaryInteger, to output: inout [UInt8]) {
        output.append(key)
        output.append(decimal: integer)
    }

    private static func append(_ key: StaticString, _ text: String, to output: inout [UInt8]) {
        output.append(key)
        append(text, to: &output)
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        // The pointer does not leave the call.
        text.withUTF8 { JSONText.append($0.span, to: &output) }
    }
}
