package import LogRecords

/// Makes records of messages of Python's `logging.handlers.SocketHandler` and `DatagramHandler`: a pickled dict of a
/// `LogRecord`'s attributes, in any of Python's protocols.
///
/// Nothing in it is run; see `PickleMachine`.
///
/// The names are those of "LogRecord attributes" in Python's documentation; attributes that the program added with
/// `extra` are extra fields. An attribute of a type that it never has in Python is extra too, so that nothing is lost.
package struct PythonParser: FormatParser {
    struct Extra {
        let name: PickleValue
        let value: PickleValue
    }

    var machine = PickleMachine()
    var writer = PickleWriter()
    /// By the attribute's number.
    var attributes = [PickleValue](repeating: PickleValue(.unset), count: PythonAttribute.allCases.count)
    private(set) var extras: [Extra] = []
    /// The values of `SYSLOG_IDENTIFIER` and `SYSLOG_PID` in `extra`.
    var identifier = PickleValue(.unset)
    var pid = PickleValue(.unset)
    /// Where the message is in the record's bytes; nil where they do not have it.
    var base: Int?
    /// Where the pickle ends.
    var end = 0
    /// Whether `PickleMachine` runs every pickle, as tests want it.
    var runsAll = false
    /// Attributes that go to the extra fields.
    var keptAttributes = EnumSet<PythonAttribute>()
    /// Whether the record lacks something that was sent.
    var isLossy = false
    /// How many bytes are kept of a pickle that is longer; else nil.
    var limit: Int?

    package init() {}

    package static func makeFraming(limit: Int) -> any Framing {
        LengthFraming(limit: limit)
    }

    package static func makeDatagramFraming(limit: Int) -> any DatagramFraming {
        PickleDatagramFraming(limit: limit)
    }

    /// The pickle within a datagram: the same 4 bytes of length come before it as in a stream.
    ///
    /// - Throws: where the length is missing or is not that of the rest of the datagram.
    package static func body(of datagram: Span<UInt8>) throws(MessageError) -> Range<Int> {
        guard datagram.count >= 4 else {
            let reason = "the datagram has \(datagram.count) bytes, too few for a length"
            throw MessageError(reason, .otherFormat)
        }
        var length = 0
        for index in 0..<4 { length = length << 8 | Int(datagram[index]) }
        guard length == datagram.count - 4 else {
            let reason = "the length says \(length) bytes, the datagram has \(datagram.count - 4)"
            throw MessageError(reason, .otherFormat)
        }
        return 4..<datagram.count
    }

    /// Fills a record from a pickle.
    ///
    /// - Parameters:
    ///   - message: a pickle, without its length.
    ///   - record: just begun.
    ///   - context: when and where the message was received.
    /// - Throws: where it is not a pickle of a dict with a message, or is beyond the limits of `PickleMachine`.
    package mutating func parse(
        _ message: Span<UInt8>,
        into record: inout LogRecord,
        _ context: ReceiveContext
    ) throws(MessageError) {
        defer { forget() }
        if runsAll || !readPlain(message) { try run(message) }
        writer.begin(messageOf: min(message.count, context.limit ?? .max))
        limit = context.limit
        guard self[.msg].kind != .unset else { throw MessageError("the dict has no msg") }
        takeJournalNames(message)
        fill(&record, message)
        addExtras(to: &record, message)
        mark(&record, message)
    }

    private mutating func forget() {
        // A plain pickle has left it as it was.
        if machine.position > 0 { machine.forget() }
        forgetItems()
        identifier = PickleValue(.unset)
        pid = PickleValue(.unset)
        keptAttributes.removeAll()
    }

    private mutating func forgetItems() {
        if !extras.isEmpty { extras.forget() }
        var places = attributes.mutableSpan
        places.update(repeating: PickleValue(.unset))
        isLossy = false
    }

    /// Reads a pickle without the machine, and separates attributes from extras.
    ///
    /// - Returns: false where the machine has to run it; then nothing is changed.
    private mutating func readPlain(_ input: Span<UInt8>) -> Bool {
        var pickle = PlainPickle()
        guard pickle.begin(input) else { return false }
        guard Self.readItems(of: &pickle, input, &attributes, &extras, &isLossy) else {
            forgetItems()
            return false
        }
        end = pickle.position
        return true
    }

    private static func readItems(
        of plain: inout PlainPickle,
        _ input: Span<UInt8>,
        _ attributes: inout [PickleValue],
        _ extras: inout [Extra],
        _ isLossy: inout Bool
    ) -> Bool {
        // A copy of its own, as what `inout` refers to is written to memory at each step.
        var pickle = plain
        var attributes = attributes.mutableSpan
        while !pickle.end(input) {
            guard let name = pickle.text(input) else { return false }
            let attribute = PythonAttribute(input.extracting(name.range))
            guard let value = pickle.value(input) else { return false }
            sort(name, value, attribute, &attributes, &extras, &isLossy)
        }
        plain = pickle
        return true
    }

    /// Has the machine run a pickle, and separates attributes from extras.
    private mutating func run(_ input: Span<UInt8>) throws(MessageError) {
        let root = try machine.run(input)
        end = machine.position
        guard root.kind == .dict else {
            var name: [UInt8] = []
            let type = root.kind == .object ? machine.objects[root.container].callable : root
            if type.kind == .opaque { name = Array(" ".utf8) + machine.decoded[type.range] }
            let text = String(decoding: name, as: UTF8.self)
            throw MessageError("the pickle is of type \(root.typeName)\(text), not a dict")
        }
        Self.sort(root, machine, input, &attributes, &extras, &isLossy)
    }

    /// Takes the program and the process out of the extras, where they have the journal's names and a fitting type.
    private mutating func takeJournalNames(_ input: Span<UInt8>) {
        var index = 0
        while index < extras.count {
            let extra = extras[index]
            index &+= 1
            guard extra.name.kind == .text else { continue }
            let isText = extra.value.kind == .text && !extra.value.range.isEmpty
            switch extra.name.range.count {
            case 17 where isText && identifier.kind == .unset && equal(extra.name, "SYSLOG_IDENTIFIER", input):
                identifier = extra.value
            case 10
            where (isText || extra.value.kind == .integer) && pid.kind == .unset
                && equal(extra.name, "SYSLOG_PID", input):
                pid = extra.value
            default: continue
            }
            index &-= 1
            extras.remove(at: index)
        }
    }

    /// Separates attributes from extras.
    private static func sort(
        _ root: PickleValue,
        _ machine: borrowing PickleMachine,
        _ input: Span<UInt8>,
        _ attributes: inout [PickleValue],
        _ extras: inout [Extra],
        _ isLossy: inout Bool
    ) {
        let decoded = machine.decoded.span
        var next = machine.containers[root.container].first
        while next >= 0 {
            let segment = machine.segments[Int(next)]
            next = segment.next
            let items = machine.items.span.extracting(segment.range)
            sort(items, input, decoded, &attributes, &extras, &isLossy)
        }
    }

    private static func sort(
        _ items: Span<PickleValue>,
        _ input: Span<UInt8>,
        _ decoded: Span<UInt8>,
        _ attributes: inout [PickleValue],
        _ extras: inout [Extra],
        _ isLossy: inout Bool
    ) {
        var attributes = attributes.mutableSpan
        var index = 0
        while index &+ 1 < items.count {
            let name = items[index]
            let value = items[index &+ 1]
            index &+= 2
            let attribute =
                name.kind == .text
                ? PythonAttribute((name.isDecoded ? decoded : input).extracting(name.range)) : nil
            sort(name, value, attribute, &attributes, &extras, &isLossy)
        }
    }

    @inline(__always)
    private static func sort(
        _ name: PickleValue,
        _ value: PickleValue,
        _ attribute: PythonAttribute?,
        _ attributes: inout MutableSpan<PickleValue>,
        _ extras: inout [Extra],
        _ isLossy: inout Bool
    ) {
        if let attribute {
            if attributes[Int(attribute.rawValue)].kind != .unset { isLossy = true }
            attributes[Int(attribute.rawValue)] = value
        } else {
            extras.append(Extra(name: name, value: value))
        }
    }
}
