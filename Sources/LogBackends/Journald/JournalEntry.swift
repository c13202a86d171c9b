import LogRecords

/// Writes a record as a journal entry in the native form.
///
/// Names that a sender chose are changed to valid names, and never to a reserved one; values are not changed.
struct JournalEntry: LogEncoder {
    /// The number of fields whose names a sender may choose; further ones share one field.
    ///
    /// libsystemd 252 splits a field into up to 5 pieces, and rejects an entry of more than 1024 pieces (IOV_MAX); an
    /// entry has fewer than 64 other fields. journald drops an entry of more than 1024 fields silently.
    static let limit = 128
    /// The number of names that are tried for a field whose name is taken; then the entry has the last one twice, which
    /// journald allows.
    private static let attempts = 4

    private var identifier: Identifier
    private let facility: Facility
    private let fieldNames: JournalFieldNames
    /// The names in one record that the sender chose.
    private var names = NameTable()
    private var objects = JSONObjects()
    private var calendar = CalendarCache()
    /// The last origin and its fields, the same for all records of a connection.
    private var origin: Origin?
    private var originText: [UInt8] = []

    /// - Parameters:
    ///   - identifier: writes the `SYSLOG_IDENTIFIER`.
    ///   - facility: the `SYSLOG_FACILITY` of records whose sender gives none.
    ///   - fieldNames: the names that a sender does not choose.
    init(identifier: Identifier, facility: Facility, fieldNames: JournalFieldNames) {
        self.identifier = identifier
        self.fieldNames = fieldNames
        self.facility = facility
    }

    mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
        appendMessage(record, to: &bytes)
        bytes.appendField("PRIORITY=", upTo99: record.severity.rawValue)
        appendIdentifier(of: record, to: &bytes)
        bytes.appendField("SYSLOG_FACILITY=", upTo99: (record.facility ?? facility).rawValue)
        if let event = record.event {
            let start = bytes.beginField("MESSAGE_ID=")
            bytes.append(event.messageID)
            bytes.endField(start)
        }
        if let time = record.claimedTime, let calendarTime = calendar.claimed(time) {
            _ = bytes.beginField(fieldNames.prefix, "TIMESTAMP=")
            Timestamp.append(calendarTime, microseconds: time.microseconds, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        if let origin = record.origin {
            append(origin, to: &bytes)
        }
        appendFields(of: record, to: &bytes)
    }

    private func appendMessage(_ record: borrowing LogRecord, to bytes: inout [UInt8]) {
        guard record.has(.exceptionText) || record.has(.stackInfo) else {
            // The pointer does not leave the call.
            return ("MESSAGE=" as StaticString).withUTF8Buffer {
                bytes.appendField($0.span, record.message.span, isPlain: record.hasPlainMessage)
            }
        }
        let start = bytes.beginField("MESSAGE=")
        record.appendFullMessage(to: &bytes)
        bytes.endField(start)
    }

    private mutating func appendIdentifier(of record: borrowing LogRecord, to bytes: inout [UInt8]) {
        let start = bytes.beginField("SYSLOG_IDENTIFIER=")
        identifier.append(for: record, to: &bytes)
        bytes.endField(start)
    }

    /// Appends the fields of the origin, which are kept for the next record of the connection.
    private mutating func append(_ origin: Origin, to bytes: inout [UInt8]) {
        if self.origin !== origin {
            self.origin = origin
            originText.removeAll(keepingCapacity: true)
            Self.append(origin, prefix: fieldNames.prefix, to: &originText)
        }
        bytes.append(originText.span)
    }

    private static func append(_ origin: Origin, prefix: [UInt8], to bytes: inout [UInt8]) {
        bytes.appendField(prefix, "PROTOCOL=", origin.protocolName)
        bytes.appendField(prefix, "LISTENER=", origin.listener)
        if let peer = origin.peer {
            bytes.appendField(prefix, "PEER=", origin.peerText)
            switch peer {
            case .internet(let address, let port):
                bytes.appendField(prefix, "PEER_ADDRESS=", address)
                bytes.appendField(prefix, "PEER_PORT=", port)
            case .unix(let pid, let uid, let gid):
                bytes.appendField(prefix, "PEER_PID=", pid)
                bytes.appendField(prefix, "PEER_UID=", uid)
                bytes.appendField(prefix, "PEER_GID=", gid)
            case .unixPath:
                break
            }
        }
        if let proxy = origin.proxy { bytes.appendField(prefix, "PROXY=", proxy.description) }
        if let connection = origin.connection {
            bytes.appendField(prefix, "CONNECTION=", connection)
        }
        guard let tls = origin.tls else { return }
        bytes.appendField(prefix, "TLS_VERSION=", tls.version)
        guard let certificate = tls.certificate else { return }
        if !certificate.subject.isEmpty { bytes.appendField(prefix, "TLS_SUBJECT=", certificate.subject) }
        // A field for each, so that a match finds one of several.
        for name in certificate.shownNames { bytes.appendField(prefix, "TLS_NAMES=", name) }
        bytes.appendField(prefix, "TLS_FINGERPRINT=", certificate.fingerprint)
    }

    // MARK: the record's fields

    private mutating func appendFields(of record: borrowing LogRecord, to output: inout [UInt8]) {
        if record.hasExtra {
            names.begin(min(record.fields.count, Self.limit))
        }
        var keys = EnumSet<FieldKey>()
        var chosen = 0
        var rest: Int?
        for index in record.fields.indices {
            let field = record.fields[index]
            if case .known(let key) = field.name, keys.insert(key) {
                append(field.value, of: key, in: record.bytes.span, to: &output)
                continue
            }
            chosen += 1
            guard chosen <= Self.limit else {
                if rest == nil { rest = index }
                continue
            }
            switch field.name {
            case .known(let key):
                append(field.value, of: key, in: record.bytes.span, to: &output)
            case .extra(let name):
                appendExtra(record.bytes.span.extracting(name), field.value, in: record.bytes.span, to: &output)
            case .structured(let id, let name):
                appendParameter(id, name, field.value, in: record.bytes.span, to: &output)
            }
        }
        if let rest { appendRest(of: record, from: rest, to: &output) }
    }

    private func append(
        _ value: LogRecord.Field.Value,
        of key: FieldKey,
        in bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        output.appendField(fieldNames.text.span.extracting(fieldNames.range(of: key)), value, in: bytes)
    }

    private mutating func appendExtra(
        _ name: Span<UInt8>,
        _ value: LogRecord.Field.Value,
        in bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        appendName(name, to: &output)
        // The pointer does not leave the call.
        ("=" as StaticString).withUTF8Buffer { output.appendField($0.span, value, in: bytes) }
    }

    /// Appends a name that the sender chose, changed to a valid one.
    ///
    /// A reserved or taken name gets the prefix `F_`; when that is taken too, `F_2_`, `F_3_` and so on.
    private mutating func appendName(_ name: Span<UInt8>, to output: inout [UInt8]) {
        let start = output.count
        JournalFieldName.append(name, from: start, to: &output)
        if fieldNames.isReserved(output.span.extracting(start...)) {
            output.cut(to: start)
            output.append("F_")
            JournalFieldName.append(name, from: start, to: &output)
        }
        let (taken, isNew) = names.insert(start..<output.count, in: output.span)
        var isUnique = isNew
        var attempt = 0
        while !isUnique, attempt < Self.attempts {
            output.cut(to: start)
            output.append(prefixOfCopy: names.countCopy(of: taken))
            for index in names.entries[taken].name where output.count - start < JournalFieldName.limit {
                output.append(output[index])
            }
            isUnique = names.insert(start..<output.count, in: output.span).isNew
            attempt += 1
        }
    }

    /// Appends `SYSLOG_SD_ID_NAME`, or `SYSLOG_SD_ID` for an element without parameters.
    ///
    /// A repeated parameter is a repeated field.
    private func appendParameter(
        _ id: Range<Int>,
        _ name: Range<Int>,
        _ value: LogRecord.Field.Value,
        in bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let start = output.count
        output.append("SYSLOG_SD_")
        JournalFieldName.append(bytes.extracting(id), from: start, to: &output)
        if !name.isEmpty, output.count - start < JournalFieldName.limit {
            output.append(UInt8(ascii: "_"))
            JournalFieldName.append(bytes.extracting(name), from: start, to: &output)
        }
        // The pointer does not leave the call.
        ("=" as StaticString).withUTF8Buffer { output.appendField($0.span, value, in: bytes) }
    }

    /// Appends the fields beyond `limit` as JSON objects, each kind in one field.
    private mutating func appendRest(of record: borrowing LogRecord, from index: Int, to output: inout [UInt8]) {
        if record.hasStructuredData {
            let start = output.count
            let value = output.beginField(fieldNames.prefix, "STRUCTURED_DATA=")
            objects.appendStructuredData(record, from: index, to: &output)
            output.endObject(value, ofField: start)
        }
        let start = output.count
        let value = output.beginField(fieldNames.prefix, "EXTRA=")
        objects.appendExtra(record, from: index, to: &output)
        output.endObject(value, ofField: start)
    }
}

extension [UInt8] {
    /// Ends a field whose value is a JSON object, or removes it where the object is empty.
    fileprivate mutating func endObject(_ value: Int, ofField start: Int) {
        if count - value > "{}".utf8.count { endField(value) } else { cut(to: start) }
    }
}
