import LogRecords

/// Writes a record as a JSON object on one line (RFC 8259), in UTF-8, as `JSONText` writes strings.
///
/// Bytes that are not text are written in base64, under the key with `_base64` added. Fields with names that the sender
/// chose are in objects of their own, so that they cannot imitate other members.
struct JSONLine {
    private var calendar = CalendarCache()
    private var objects = JSONObjects()
    /// The last time, and the start of its line: the same for all records of one receive.
    private var time: WallTime?
    private var timeText: [UInt8] = []
    /// The last origin, and its members: the same for all records of a connection.
    private var origin: Origin?
    private var originText: [UInt8] = []

    /// Appends the object without a newline.
    mutating func append(_ record: borrowing LogRecord, to output: inout [UInt8]) {
        appendTime(record.time, to: &output)
        output.append(Self.level(record.severity))
        if let event = record.event {
            output.append(",\"event\":")
            JSONText.append(event.name, to: &output)
        }
        if let facility = record.facility {
            Self.append(",\"facility\":", facility.rawValue, to: &output)
        }
        let hasTimestamp = appendTimestamp(record.claimedTime, to: &output)
        output.append(",\"message\":")
        JSONText.append(record.message.span, to: &output)
        if let origin = record.origin {
            append(origin, to: &output)
        }
        if Self.appendKnown(record, hasTimestamp: hasTimestamp, to: &output) || record.hasExtra {
            output.append(",\"extra\":")
            objects.appendExtra(record, to: &output)
        }
        if record.hasStructuredData {
            output.append(",\"structured_data\":")
            objects.appendStructuredData(record, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// Appends the start of the object, up to the severity's digit.
    private mutating func appendTime(_ time: WallTime, to output: inout [UInt8]) {
        if self.time != time {
            self.time = time
            timeText.removeAll(keepingCapacity: true)
            timeText.append("{\"time\":\"")
            Timestamp.append(calendar.universal(time), microseconds: time.microseconds, to: &timeText)
            timeText.append("\",\"severity\":")
        }
        output.append(contentsOf: timeText)
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

    /// - Returns: false when there is none, or it cannot be written.
    private mutating func appendTimestamp(_ time: WallTime?, to output: inout [UInt8]) -> Bool {
        guard let time, let calendar = calendar.claimed(time) else { return false }
        output.append(",\"timestamp\":\"")
        Timestamp.append(calendar, microseconds: time.microseconds, to: &output)
        output.append(UInt8(ascii: "\""))
        return true
    }

    /// Appends the fields with known keys, each key once.
    ///
    /// - Returns: whether a key was repeated; its further values are among the extra fields.
    private static func appendKnown(
        _ record: borrowing LogRecord,
        hasTimestamp: Bool,
        to output: inout [UInt8]
    ) -> Bool {
        var keys = EnumSet<FieldKey>()
        var hasRepeated = false
        for index in record.fields.indices {
            let field = record.fields[index]
            guard case .known(let key) = field.name else { continue }
            guard keys.insert(key) else {
                hasRepeated = true
                continue
            }
            // Its value is in `timestamp`.
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
            if ASCIIRun.endOfJSONSafe(in: text, from: 0) == text.count {
                KnownKeyPrefixes.append(key, openingText: true, to: &output)
                output.append(text)
                output.append(UInt8(ascii: "\""))
                return
            }
        }
        let isText = JSONText.isText(value, in: bytes)
        if isText {
            KnownKeyPrefixes.append(key, openingText: false, to: &output)
        } else {
            output.append(",\"")
            output.append(key.json)
            output.append("_base64\":")
        }
        JSONText.append(value, in: bytes, isText: isText, to: &output)
    }

    private mutating func append(_ origin: Origin, to output: inout [UInt8]) {
        if self.origin !== origin {
            self.origin = origin
            originText.removeAll(keepingCapacity: true)
            Self.append(origin, to: &originText)
        }
        output.append(contentsOf: originText)
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
        if let proxy = origin.proxy { append(",\"proxy\":", proxy.description, to: &output) }
        if let connection = origin.connection {
            append(",\"connection\":", connection, to: &output)
        }
        if let tls = origin.tls { append(tls, to: &output) }
    }

    private static func append(_ tls: TLSPeer, to output: inout [UInt8]) {
        append(",\"tls_version\":", tls.version, to: &output)
        guard let certificate = tls.certificate else { return }
        if !certificate.subject.isEmpty { append(",\"tls_subject\":", certificate.subject, to: &output) }
        output.append(",\"tls_names\":[")
        for (index, name) in certificate.shownNames.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            append(name, to: &output)
        }
        output.append("]")
        append(",\"tls_fingerprint\":", certificate.fingerprint, to: &output)
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
