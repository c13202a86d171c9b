import LogRecords

/// Writes a record as a JSON object on one line (RFC 8259), in UTF-8, as `JSONText` writes strings.
///
/// Bytes that are no text stand in base64 under the key with `_base64` added. What the sender chose the names of is in
/// objects of its own, so that it cannot pass for anything else.
enum JSONLine {
    /// Appends the object, without an end of line.
    static func append(_ record: borrowing LogRecord, to batch: inout LogBatch) {
        let time = batch.calendar.universal(record.time)
        batch.bytes.append("{\"time\":\"")
        Timestamp.append(time, microseconds: record.time.microseconds, to: &batch.bytes)
        batch.bytes.append("\",\"severity\":")
        batch.bytes.append(UInt8(ascii: "0") &+ record.severity.rawValue)
        batch.bytes.append(",\"level\":")
        append(record.severity.name, to: &batch.bytes)
        if let event = record.event {
            batch.bytes.append(",\"event\":")
            JSONText.append(event.name, to: &batch.bytes)
        }
        if let facility = record.facility {
            append(",\"facility\":", facility.rawValue, to: &batch.bytes)
        }
        let hasTimestamp = Timestamp.append(claimed: record.claimedTime, before: ",\"timestamp\":\"", to: &batch.bytes)
        if hasTimestamp {
            batch.bytes.append(UInt8(ascii: "\""))
        }
        batch.bytes.append(",\"message\":")
        JSONText.append(record.message.span, to: &batch.bytes)
        if let origin = record.origin {
            append(origin, to: &batch.bytes)
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
            let isText = JSONText.isText(field.value, in: record.bytes.span)
            output.append(",\"")
            output.append(key.json)
            output.append(isText ? "\":" : "_base64\":")
            JSONText.append(field.value, in: record.bytes.span, isText: isText, to: &output)
        }
        return hasRepeated
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
