import LogRecords

/// Writes a record as the fields of a journal entry.
///
/// Each field is its length in 4 bytes (native byte order) followed by `NAME=value`. Names that a sender chose are made
/// valid, and never become one that has a meaning; the sender's values are as they came.
enum JournalEntry {
    /// How many fields of an entry a sender may choose the names of; the others share one.
    ///
    /// libsystemd 252 makes up to 5 pieces of a field, and refuses an entry of more than 1024 pieces (IOV_MAX); the
    /// names that are not chosen are fewer than 64. An entry of more than 1024 fields journald drops without a word.
    static let limit = 128
    /// How many names are tried for a field whose name is taken; after that the entry has the last one twice, which
    /// journald allows.
    private static let attempts = 4

    /// - Parameters:
    ///   - identifier: makes the `SYSLOG_IDENTIFIER`.
    ///   - facility: the `SYSLOG_FACILITY` of records whose sender names none.
    static func append(
        _ record: borrowing LogRecord,
        identifier: borrowing Identifier,
        facility: Facility,
        to batch: inout LogBatch
    ) {
        appendMessage(record, to: &batch.bytes)
        batch.bytes.appendField("PRIORITY", record.severity.rawValue)
        appendIdentifier(of: record, identifier, to: &batch)
        batch.bytes.appendField("SYSLOG_FACILITY", (record.facility ?? facility).rawValue)
        if let event = record.event {
            let start = batch.bytes.beginField("MESSAGE_ID")
            batch.bytes.append(event.messageID)
            batch.bytes.endField(start)
        }
        if record.claimedTime != nil {
            let start = batch.bytes.beginField("SOCKSERVED_TIMESTAMP")
            if Timestamp.append(claimed: record.claimedTime, to: &batch.bytes) {
                batch.bytes.endField(start)
            } else {
                batch.bytes.cancelField(start)
            }
        }
        if let origin = record.origin {
            append(origin, to: &batch)
        }
        appendFields(of: record, to: &batch)
    }

    private static func appendMessage(_ record: borrowing LogRecord, to bytes: inout [UInt8]) {
        let start = bytes.beginField("MESSAGE")
        record.appendFullMessage(to: &bytes)
        bytes.endField(start)
    }

    private static func appendIdentifier(
        of record: borrowing LogRecord,
        _ identifier: borrowing Identifier,
        to batch: inout LogBatch
    ) {
        let start = batch.bytes.beginField("SYSLOG_IDENTIFIER")
        identifier.append(for: record, to: &batch)
        batch.bytes.endField(start)
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

    private static func append(_ origin: Origin, to bytes: inout [UInt8]) {
        bytes.appendField("SOCKSERVED_PROTOCOL", origin.protocolName)
        bytes.appendField("SOCKSERVED_LISTENER", origin.listener)
        if let peer = origin.peer {
            bytes.appendField("SOCKSERVED_PEER", origin.peerText)
            switch peer {
            case .internet(let address, let port):
                bytes.appendField("SOCKSERVED_PEER_ADDRESS", address)
                bytes.appendField("SOCKSERVED_PEER_PORT", port)
            case .unix(let pid, let uid, let gid):
                bytes.appendField("SOCKSERVED_PEER_PID", pid)
                bytes.appendField("SOCKSERVED_PEER_UID", uid)
                bytes.appendField("SOCKSERVED_PEER_GID", gid)
            case .unixPath:
                break
            }
        }
        if let connection = origin.connection {
            bytes.appendField("SOCKSERVED_CONNECTION", connection)
        }
    }

    // MARK: the record's fields

    private static func appendFields(of record: borrowing LogRecord, to batch: inout LogBatch) {
        if record.hasExtra {
            batch.scratch.names.begin(min(record.fields.count, limit))
        }
        var keys = KeySet()
        var chosen = 0
        var rest: Int?
        for index in record.fields.indices {
            let field = record.fields[index]
            if case .known(let key) = field.name, keys.insert(key) {
                append(field.value, named: key.journal, in: record.bytes.span, to: &batch.bytes)
                continue
            }
            chosen += 1
            guard chosen <= limit else {
                if rest == nil { rest = index }
                continue
            }
            switch field.name {
            case .known(let key):
                append(field.value, named: key.journal, in: record.bytes.span, to: &batch.bytes)
            case .extra(let name):
                appendExtra(record.bytes.span.extracting(name), field.value, in: record.bytes.span, to: &batch)
            case .structured(let id, let name):
                appendParameter(id, name, field.value, in: record.bytes.span, to: &batch.bytes)
            }
        }
        if let rest { appendRest(of: record, from: rest, to: &batch) }
    }

    private static func append(
        _ value: LogRecord.Field.Value,
        named name: StaticString,
        in bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let start = output.beginField(name)
        output.append(value, in: bytes)
        output.endField(start)
    }

    private static func appendExtra(
        _ name: Span<UInt8>,
        _ value: LogRecord.Field.Value,
        in bytes: Span<UInt8>,
        to batch: inout LogBatch
    ) {
        let start = batch.bytes.beginField()
        appendName(name, unique: &batch.scratch.names, to: &batch.bytes)
        batch.bytes.append(UInt8(ascii: "="))
        batch.bytes.append(value, in: bytes)
        batch.bytes.endField(start)
    }

    /// Appends a name that the sender chose, made valid, with the prefix `F_` where it is reserved or taken.
    ///
    /// When that is taken too, `F_2_`, `F_3_` and so on.
    private static func appendName(
        _ name: Span<UInt8>,
        unique table: inout NameTable,
        to output: inout [UInt8]
    ) {
        let start = output.count
        JournalFieldName.append(name, from: start, to: &output)
        if JournalFieldName.isReserved(output.span.extracting(start...)) {
            output.cut(to: start)
            output.append("F_")
            JournalFieldName.append(name, from: start, to: &output)
        }
        let (taken, isNew) = table.insert(start..<output.count, in: output.span)
        var isUnique = isNew
        var attempt = 0
        while !isUnique, attempt < attempts {
            output.cut(to: start)
            output.append(prefixOfCopy: table.countCopy(of: taken))
            for index in table.entries[taken].name where output.count - start < JournalFieldName.limit {
                output.append(output[index])
            }
            isUnique = table.insert(start..<output.count, in: output.span).isNew
            attempt += 1
        }
    }

    /// Appends `SYSLOG_SD_ID_NAME`, or `SYSLOG_SD_ID` for an element without parameters.
    ///
    /// A parameter that is there several times is a field that is there several times.
    private static func appendParameter(
        _ id: Range<Int>,
        _ name: Range<Int>,
        _ value: LogRecord.Field.Value,
        in bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let start = output.beginField()
        let nameStart = output.count
        output.append("SYSLOG_SD_")
        JournalFieldName.append(bytes.extracting(id), from: nameStart, to: &output)
        if !name.isEmpty, output.count - nameStart < JournalFieldName.limit {
            output.append(UInt8(ascii: "_"))
            JournalFieldName.append(bytes.extracting(name), from: nameStart, to: &output)
        }
        output.append(UInt8(ascii: "="))
        output.append(value, in: bytes)
        output.endField(start)
    }

    /// Appends the fields for which the entry has no room as JSON objects, each kind in one field.
    private static func appendRest(of record: borrowing LogRecord, from index: Int, to batch: inout LogBatch) {
        if record.hasStructuredData {
            let start = batch.bytes.beginField("SOCKSERVED_STRUCTURED_DATA")
            let empty = batch.bytes.count + "{}".utf8.count
            JSONObjects.appendStructuredData(record, from: index, to: &batch)
            if batch.bytes.count > empty { batch.bytes.endField(start) } else { batch.bytes.cancelField(start) }
        }
        let start = batch.bytes.beginField("SOCKSERVED_EXTRA")
        let empty = batch.bytes.count + "{}".utf8.count
        JSONObjects.appendExtra(record, from: index, to: &batch)
        if batch.bytes.count > empty { batch.bytes.endField(start) } else { batch.bytes.cancelField(start) }
    }
}
