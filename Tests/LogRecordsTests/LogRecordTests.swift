import LogRecords
import Testing

private let event = Event(name: "tested", messageID: "00000000000000000000000000000000")

@Suite struct LogRecordTests {
    @Test func messageIsEscapedInEveryPart() {
        var record = LogRecord(event, severity: .debug)
        record.append("Received data: ")
        record.append("a\u{1b}" as String)
        record.append(escaping: [0x62, 0xFF, 0x0A].span)
        #expect(String(decoding: record.message, as: UTF8.self) == "Received data: a\\x1bb\\xff\\n")
    }

    @Test func aCharacterCutInTwoDoesNotJoin() {
        var record = LogRecord(event, severity: .debug)
        record.append(escaping: [0xC3].span)
        record.append(escaping: [0xBC].span)
        #expect(String(decoding: record.message, as: UTF8.self) == "\\xc3\\xbc")
    }

    @Test func fieldsKeepExactBytes() {
        var record = LogRecord(event, severity: .debug)
        record.set(.data, to: [0, 0xFF, 0x0A].span)
        record.set(.errno, to: .min)
        record.set(.data, to: [UInt8]().span)
        let values = record.fields.map { field -> [UInt8]? in
            if case .bytes(let range) = field.value { Array(record.bytes[range]) } else { nil }
        }
        #expect(values == [[0, 0xFF, 0x0A], nil, []])
        let keys = record.fields.map { field -> FieldKey? in
            if case .known(let key) = field.name { key } else { nil }
        }
        #expect(keys == [.data, .errno, .data])
    }

    @Test func beginForgetsTheContentAndKeepsTheMemory() {
        let origin = Origin(protocolName: "hello", listener: "main", peer: nil, connection: 1)
        var record = LogRecord(event, severity: .debug, origin: origin)
        record.append(String(repeating: "x", count: 1000))
        record.set(.data, to: [1, 2, 3].span)
        let capacity = record.message.capacity
        let time = WallTime(seconds: 1, nanoseconds: 2)
        record.begin(event, severity: .error, time: time, origin: nil)
        #expect(record.message.isEmpty && record.fields.isEmpty && record.bytes.isEmpty)
        #expect(record.origin == nil)
        #expect(record.severity == .error)
        #expect(record.time == time)
        #expect(record.message.capacity == capacity)
    }

    // MARK: the message with its traceback

    private func message(
        _ text: String,
        exception: String? = nil,
        stack: String? = nil
    ) -> (full: String, escaped: String) {
        var record = LogRecord(nil, severity: .error)
        record.message = Array(text.utf8)
        // The stack first: the order is Python's, not that of the fields.
        if let stack { record.set(.stackInfo, to: Array(stack.utf8).span) }
        if let exception { record.set(.exceptionText, to: Array(exception.utf8).span) }
        var full: [UInt8] = []
        var escaped: [UInt8] = []
        record.appendFullMessage(to: &full)
        record.appendEscapedMessage(to: &escaped)
        return (String(decoding: full, as: UTF8.self), String(decoding: escaped, as: UTF8.self))
    }

    /// As `logging.Formatter.format` of CPython 3.11 says.
    @Test(arguments: [
        ("m", nil, nil, "m"), ("m", "e", nil, "m\ne"), ("m", nil, "s", "m\ns"), ("m", "e", "s", "m\ne\ns"),
        ("m\n", "e\n", "s\n", "m\ne\ns\n"), ("", "e", nil, "\ne"), ("", nil, nil, ""), ("m", "", "", "m"),
        ("m\n\n", "a\nb", nil, "m\n\na\nb"),
    ])
    func fullMessagesAreAsPythonPrintsThem(text: String, exception: String?, stack: String?, expected: String) {
        let found = message(text, exception: exception, stack: stack)
        #expect(found.full == expected)
        #expect(found.escaped == expected.replacing("\n", with: "\\n"))
    }

    @Test func aRecordSaysWhichKeysItHas() {
        var record = LogRecord(nil, severity: .error)
        for key in FieldKey.allCases {
            #expect(!record.has(key))
            record.set(key, to: Int64(key.rawValue))
            #expect(record.has(key))
            guard case .integer(let value)? = record.value(of: key) else {
                Issue.record("no value of \(key)")
                continue
            }
            #expect(value == Int64(key.rawValue))
        }
        #expect(!record.hasExtra && !record.hasStructuredData)
        record.begin(nil, severity: .error, time: .now, origin: nil)
        #expect(!FieldKey.allCases.contains { record.has($0) })
    }
}
