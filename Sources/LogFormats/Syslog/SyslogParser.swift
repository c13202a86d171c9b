package import LogRecords

/// Makes records of syslog messages: RFC 5424, RFC 3164, and the forms that devices and libraries send under these
/// names.
///
/// Each message shows which of them it is. One without a priority is of user.notice (RFC 3164, section 4.3.3); one
/// without a header is text, except a tag that may follow a priority.
package struct SyslogParser: FormatParser {
    /// What the words of a header become.
    private static let words: FieldSelection = [
        .key(.appName), .key(.procid), .key(.hostname), .key(.msgid), .key(.timestampText), .structuredData,
        .key(.raw),
    ]

    /// Used again from message to message.
    private var parts: [StructuredDataReader.Part] = []
    private var last = SyslogHeader.LastHeader()

    package init() {}

    package static func makeFraming(limit: Int) -> any Framing {
        SyslogFraming(limit: limit)
    }

    package static func makeDatagramFraming(limit: Int) -> any DatagramFraming {
        WholeDatagramFraming(limit: limit, findsPlain: true)
    }

    /// Fills a record that was begun.
    ///
    /// Every message becomes a record.
    package mutating func parse(_ message: Span<UInt8>, into record: inout LogRecord, _ context: ReceiveContext) {
        if !message.isEmpty, message[0] != UInt8(ascii: "<") {
            let start = Self.start(of: message)
            if start > 0 {
                // It is stored before the copy of the rest, so that both together are the message as received.
                record.bytes.append(message.extracting(first: start))
                return parse(message.extracting(start...), after: start, into: &record, context)
            }
        }
        parse(message, after: 0, into: &record, context)
    }

    @inline(__always)
    private mutating func parse(
        _ message: Span<UInt8>,
        after prefix: Int,
        into record: inout LogRecord,
        _ context: ReceiveContext
    ) {
        let text = message.extracting(first: Self.end(of: message))
        var start = 0
        let priority = Self.priority(of: text, &start)
        record.facility = Facility(rawValue: priority >> 3)
        record.severity = Severity(rawValue: priority & 7) ?? .notice
        var header = SyslogHeader(text: start)
        header.needsParts = record.selection.contains(.structuredData)
        swap(&header.parts, &parts)
        // A text that begins so and has no priority is all text; one without any may have a time.
        let isText = start == 0 && !text.isEmpty && text[0] == UInt8(ascii: "<")
        if context.isPlain, start > 0, header.readPlainRFC5424(text, from: start, &last) {
            // As nearly all messages of RFC 5424.
        } else if isText || !Self.read(&header, text, from: start, &last, context) {
            header.isGuess = true
        }
        if context.isMiscounted { header.fault = header.fault ?? "the count before the message is wrong" }
        Self.fill(&record, message, after: prefix, text, header, context)
        swap(&header.parts, &parts)
    }

    private static func read(
        _ header: inout SyslogHeader,
        _ text: Span<UInt8>,
        from start: Int,
        _ last: inout SyslogHeader.LastHeader,
        _ context: ReceiveContext
    ) -> Bool {
        guard header.readRFC5424(text, from: start, context) else {
            return header.readRFC3164(text, from: start, hasPriority: start > 0, &last, context)
        }
        // Text that begins with a 1 is not a broken header when there is no priority either.
        guard start == 0, header.timestamp.isEmpty else { return true }
        header.reset(text: start)
        return false
    }

    // MARK: the ends of a message

    /// Returns where the message ends, without trailing newlines and NULs.
    private static func end(of message: Span<UInt8>) -> Int {
        var end = message.count
        while end > 0 {
            switch message[end &- 1] {
            case 0: end &-= 1
            case LineEnd.newline:
                end &-= 1
                if end > 0, message[end &- 1] == LineEnd.carriageReturn { end &-= 1 }
            default: return end
            }
        }
        return end
    }

    /// Returns where the message begins after a byte order mark and the count of octets that belongs to streams (RFC
    /// 6587, section 3.4.1), where it fits.
    ///
    /// The `<` of a priority has to follow.
    private static func start(of message: Span<UInt8>) -> Int {
        var start = 0
        if message.count >= 4, message[0] == 0xEF, message[1] == 0xBB, message[2] == 0xBF { start = 3 }
        if start < message.count, message[start] == UInt8(ascii: "<") { return start }
        guard case .count(let header, let count) = SyslogCount.read(message, at: start) else { return 0 }
        // With the ending or without it.
        let rest = message.count &- start &- header
        return (end(of: message) &- start &- header...max(0, rest)).contains(count) ? start &+ header : 0
    }

    /// The priority that the message begins with, from 0 to 191, and moves `index` past it; user.notice when it has
    /// none.
    private static func priority(of text: Span<UInt8>, _ index: inout Int) -> UInt8 {
        let none = Facility.user.rawValue << 3 | Severity.notice.rawValue
        guard text.count >= 3, text[0] == UInt8(ascii: "<") else { return none }
        var value = 0
        var end = 1
        let maxEnd = min(text.count, 5)
        // Within the text.
        while end < maxEnd, let digit = ASCII.digit(text[unchecked: end]) {
            value = value &* 10 &+ Int(digit)
            end &+= 1
        }
        guard (2...4).contains(end), end < text.count, text[end] == UInt8(ascii: ">"), value <= 191,
            text[1] != UInt8(ascii: "0") || end == 2
        else { return none }
        index = end &+ 1
        return UInt8(truncatingIfNeeded: value)
    }

    // MARK: the record

    private static func fill(
        _ record: inout LogRecord,
        _ message: Span<UInt8>,
        after prefix: Int,
        _ text: Span<UInt8>,
        _ header: borrowing SyslogHeader,
        _ context: ReceiveContext
    ) {
        var start = header.text
        // RFC 5424, section 6.4: a byte order mark announces UTF-8.
        if text.count &- start >= 3, text[start] == 0xEF, text[start &+ 1] == 0xBB, text[start &+ 2] == 0xBF {
            start &+= 3
        }
        let isWhole = appendMessage(text.extracting(start...), to: &record, isPlain: context.isPlain)
        let keepsRaw = header.isGuess || !isWhole
        record.claimedTime = header.claimedTime
        guard header.isGuess || !record.selection.isDisjoint(with: words) else {
            record.set(.appName, to: text.extracting(header.appName))
            if let fault = header.fault { record.set(.fault, to: fault) }
            return
        }
        // The fields are places of one copy: of the header alone, or of the whole message.
        let base = record.store(message.extracting(first: keepsRaw ? message.count : header.text)).lowerBound
        add(.appName, header.appName, base, to: &record)
        add(.procid, header.procid, base, to: &record)
        add(.hostname, header.hostname, base, to: &record)
        add(.msgid, header.msgid, base, to: &record)
        add(.timestampText, header.timestamp, base, to: &record)
        if !header.structuredData.isEmpty {
            addStructuredData(header.parts, of: text, base, to: &record)
        }
        if header.isGuess { add(.levelName, header.level, base, to: &record) }
        if let fault = header.fault { record.set(.fault, to: fault) }
        if keepsRaw { record.add(.known(.raw), .bytes((base &- prefix)..<(base &+ message.count))) }
    }

    /// - Returns: whether all of it was UTF-8.
    @inline(__always)
    private static func appendMessage(_ text: Span<UInt8>, to record: inout LogRecord, isPlain: Bool) -> Bool {
        guard isPlain || ASCIIRun.end(in: text, from: 0) == text.count else {
            return TextEscaping.appendValid(text, to: &record.message)
        }
        record.setPlainMessage(text)
        return true
    }

    @inline(__always)
    private static func add(_ key: FieldKey, _ place: Range<Int>, _ base: Int, to record: inout LogRecord) {
        guard !place.isEmpty else { return }
        record.add(.known(key), .bytes(moved(place, base)))
    }

    private static func addStructuredData(
        _ parts: [StructuredDataReader.Part],
        of text: Span<UInt8>,
        _ base: Int,
        to record: inout LogRecord
    ) {
        var id = 0..<0
        var isEmpty = true
        for part in parts {
            switch part {
            case .element(let place):
                id = moved(place, base)
                isEmpty = true
            case .parameter(let name, let value, let isEscaped):
                isEmpty = false
                let place = isEscaped ? unescaped(text.extracting(value), in: &record) : moved(value, base)
                record.add(.structured(id: id, name: moved(name, base)), .bytes(place))
            case .elementEnd:
                if isEmpty { record.add(.structured(id: id, name: base..<base), .bytes(base..<base)) }
            case .end: return
            }
        }
    }

    /// Stores a value without its escapes.
    private static func unescaped(_ value: Span<UInt8>, in record: inout LogRecord) -> Range<Int> {
        let start = record.bytes.count
        var index = 0
        while index < value.count {
            if value[index] == UInt8(ascii: "\\"), index &+ 1 < value.count,
                StructuredDataReader.isSpecial(value[index &+ 1])
            {
                index &+= 1
            }
            record.bytes.append(value[index])
            index &+= 1
        }
        return start..<record.bytes.count
    }

    @inline(__always)
    private static func moved(_ place: Range<Int>, _ base: Int) -> Range<Int> {
        (place.lowerBound &+ base)..<(place.upperBound &+ base)
    }
}
