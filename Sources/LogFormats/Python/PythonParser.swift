package import LogRecords

/// Makes a record of what Python's `logging.handlers.SocketHandler` and `DatagramHandler` send: a pickled dict of a
/// `LogRecord`'s attributes, in any of Python's protocols. Runs nothing of it; see `PickleMachine`.
///
/// The names are those of "LogRecord attributes" in Python's documentation; what the program added with `extra` is
/// extra here. An attribute of a type that it never has in Python is extra too, so that nothing is lost.
package struct PythonParser: Sendable {
    private struct Extra {
        let name: PickleValue
        let value: PickleValue
    }

    var machine = PickleMachine()
    var writer = PickleWriter()
    /// By the attribute's number.
    private var attributes = [PickleValue](
        repeating: PickleValue(.unset), count: PythonAttribute.allCases.count)
    private var extras: [Extra] = []
    /// Attributes that go to the extra fields, one bit each.
    private var kept: UInt32 = 0
    /// Whether the record does not say all that was sent.
    private var isLossy = false

    package init() {}

    /// The pickle within a datagram: the same 4 bytes of length come before it as in a stream.
    package static func body(of datagram: Span<UInt8>) throws(MessageFault) -> Range<Int> {
        guard datagram.count >= 4 else {
            throw MessageFault("the datagram has \(datagram.count) bytes, too few for a length")
        }
        var length = 0
        for index in 0..<4 { length = length << 8 | Int(datagram[index]) }
        guard length == datagram.count - 4 else {
            throw MessageFault("the length says \(length) bytes, the datagram has \(datagram.count - 4)")
        }
        return 4..<datagram.count
    }

    /// - Parameter message: a pickle, without its length.
    package mutating func parse(
        _ message: Span<UInt8>, into record: inout LogRecord, _ reception: Reception
    ) throws(MessageFault) {
        defer { forget() }
        let root = try machine.run(message)
        guard root.kind == .dict else {
            var name: [UInt8] = []
            if root.kind == .opaque { name = Array(" ".utf8) + machine.aside[root.range] }
            let text = String(decoding: name, as: UTF8.self)
            throw MessageFault("the pickle is of type \(root.typeName)\(text), not a dict")
        }
        writer.begin(messageOf: message.count)
        sort(root, message)
        fill(&record, message)
        addExtras(to: &record, message)
        mark(&record, message)
    }

    private mutating func forget() {
        machine.forget()
        extras.forget()
        for index in attributes.indices { attributes[index] = PickleValue(.unset) }
        kept = 0
        isLossy = false
    }

    /// Tells attributes from extras.
    private mutating func sort(_ root: PickleValue, _ input: Span<UInt8>) {
        var next = machine.containers[root.container].first
        while next >= 0 {
            let segment = machine.segments[Int(next)]
            next = segment.next
            var index = segment.range.lowerBound
            while index &+ 1 < segment.range.upperBound {
                let name = machine.items[index]
                let value = machine.items[index &+ 1]
                index &+= 2
                if let attribute = attribute(name, input) {
                    if attributes[attribute.rawValue].kind != .unset { isLossy = true }
                    attributes[attribute.rawValue] = value
                } else {
                    extras.append(Extra(name: name, value: value))
                }
            }
        }
    }

    private func attribute(_ name: PickleValue, _ input: Span<UInt8>) -> PythonAttribute? {
        guard name.kind == .text else { return nil }
        guard !name.isAside else { return PythonAttribute(machine.aside.span.extracting(name.range)) }
        return PythonAttribute(input.extracting(name.range))
    }

    private subscript(_ attribute: PythonAttribute) -> PickleValue { attributes[attribute.rawValue] }

    // MARK: the record

    private mutating func fill(_ record: inout LogRecord, _ input: Span<UInt8>) {
        if self[.msg].kind != .unset { writer.appendText(self[.msg], machine, input, to: &record.message) }
        setLevel(of: &record, input)
        setTime(of: &record)
        set(.logger, to: .name, in: &record, input)
        set(.levelName, to: .levelname, in: &record, input)
        set(.file, to: .pathname, in: &record, input)
        if self[.lineno].kind == .integer {
            record.set(.line, to: self[.lineno].integer)
        } else {
            keep(.lineno)
        }
        set(.function, to: .funcName, in: &record, input)
        switch self[.process].kind {
        case .integer, .digits, .text: add(.known(.procid), self[.process], to: &record, input)
        default: keep(.process)
        }
        set(.processName, to: .processName, in: &record, input)
        set(.threadName, to: .threadName, in: &record, input)
        set(.exceptionText, to: .excText, in: &record, input)
        set(.stackInfo, to: .stackInfo, in: &record, input)
        keepWhatIsNotSaid(input)
    }

    private mutating func setLevel(of record: inout LogRecord, _ input: Span<UInt8>) {
        let level = self[.levelno]
        switch level.kind {
        case .integer:
            record.severity = .init(pythonLevel: Double(level.integer))
            record.set(.levelNumber, to: level.integer)
            return
        case .float where !level.float.isNaN:
            record.severity = .init(pythonLevel: level.float)
            if let number = Int64(exactly: level.float) {
                record.set(.levelNumber, to: number)
            } else {
                keep(.levelno)
            }
            return
        default:
            keep(.levelno)
        }
        record.severity = .informational
        guard self[.levelname].kind == .text else { return }
        for severity in [Severity.debug, .informational, .warning, .error, .critical]
        where equal(self[.levelname], severity.pythonName, input) {
            record.severity = severity
        }
    }

    private mutating func setTime(of record: inout LogRecord) {
        let seconds: Double
        switch self[.created].kind {
        case .float: seconds = self[.created].float
        case .integer: seconds = Double(self[.created].integer)
        default: return keep(.created)
        }
        // The years 1 to 9999, as far as Python's dates go.
        guard seconds >= -62_135_596_800, seconds < 253_402_300_799 else {
            isLossy = true
            return keep(.created)
        }
        // Python's clock reads in microseconds; the double is nearest to one.
        let whole = seconds.rounded(.down)
        let microseconds = Int32(((seconds - whole) * 1_000_000).rounded())
        let carry: Int32 = microseconds / 1_000_000
        record.claimedTime = WallTime(
            seconds: Int64(whole) + Int64(carry), nanoseconds: (microseconds - carry * 1_000_000) * 1000)
    }

    private mutating func set(
        _ key: FieldKey, to attribute: PythonAttribute, in record: inout LogRecord, _ input: Span<UInt8>
    ) {
        let value = self[attribute]
        guard value.kind == .text else { return keep(attribute) }
        guard !value.range.isEmpty else { return }
        add(.known(key), value, to: &record, input)
    }

    private mutating func add(
        _ name: LogRecord.Field.Name, _ value: PickleValue, to record: inout LogRecord, _ input: Span<UInt8>
    ) {
        let start = record.bytes.count
        writer.appendText(value, machine, input, to: &record.bytes)
        record.add(name, .bytes(start..<record.bytes.count))
    }

    /// Keeps what says more than the record has by now: the file's name is known from its path, for instance.
    private mutating func keepWhatIsNotSaid(_ input: Span<UInt8>) {
        for attribute in [PythonAttribute.msecs, .relativeCreated, .thread] {
            switch self[attribute].kind {
            case .integer, .float, .digits: break
            default: keep(attribute)
            }
        }
        let isEmptyTuple = self[.args].kind == .tuple && machine.containers[self[.args].container].first < 0
        if !isEmptyTuple { keep(.args) }
        keep(.excInfo)
        keep(.taskName)
        let file = fileName(input)
        if !isSame(self[.filename], file, input) { keep(.filename) }
        if !isSame(self[.module], file.lowerBound..<dot(file, input), input) { keep(.module) }
    }

    /// Where the file's name is in `pathname`, whichever system the path is of.
    private func fileName(_ input: Span<UInt8>) -> Range<Int> {
        guard self[.pathname].kind == .text else { return 0..<0 }
        let range = self[.pathname].range
        let start = range.last { [UInt8(ascii: "/"), UInt8(ascii: "\\")].contains(byte($0, of: self[.pathname], input)) }
        return (start.map { $0 + 1 } ?? range.lowerBound)..<range.upperBound
    }

    private func dot(_ file: Range<Int>, _ input: Span<UInt8>) -> Int {
        file.last { byte($0, of: self[.pathname], input) == UInt8(ascii: ".") } ?? file.upperBound
    }

    /// Whether a value is the same text as a range of `pathname`.
    private func isSame(_ value: PickleValue, _ part: Range<Int>, _ input: Span<UInt8>) -> Bool {
        guard value.kind == .text, value.range.count == part.count else { return false }
        return zip(value.range, part).allSatisfy { byte($0, of: value, input) == byte($1, of: self[.pathname], input) }
    }

    private func byte(_ index: Int, of value: PickleValue, _ input: Span<UInt8>) -> UInt8 {
        value.isAside ? machine.aside[index] : input[index]
    }

    private func equal(_ value: PickleValue, _ text: StaticString, _ input: Span<UInt8>) -> Bool {
        guard !value.isAside else { return PythonAttribute.equal(machine.aside.span.extracting(value.range), text) }
        return PythonAttribute.equal(input.extracting(value.range), text)
    }

    // MARK: what else there is

    /// Makes an attribute an extra field, unless it is None.
    private mutating func keep(_ attribute: PythonAttribute) {
        switch self[attribute].kind {
        case .unset, .none: break
        default: kept |= 1 << UInt32(attribute.rawValue)
        }
    }

    private mutating func addExtras(to record: inout LogRecord, _ input: Span<UInt8>) {
        for attribute in PythonAttribute.allCases where kept & 1 << UInt32(attribute.rawValue) != 0 {
            let start = record.bytes.count
            record.bytes.append(attribute.text)
            addExtra(start..<record.bytes.count, self[attribute], to: &record, input)
        }
        for extra in extras {
            let start = record.bytes.count
            writer.appendText(extra.name, machine, input, to: &record.bytes)
            addExtra(start..<record.bytes.count, extra.value, to: &record, input)
        }
    }

    private mutating func addExtra(
        _ name: Range<Int>, _ value: PickleValue, to record: inout LogRecord, _ input: Span<UInt8>
    ) {
        switch value.kind {
        case .integer:
            record.add(.extra(name), .integer(value.integer))
        case .text, .bytes, .opaque:
            add(.extra(name), value, to: &record, input)
        case .float where !value.float.isFinite:
            add(.extra(name), value, to: &record, input)
        default:
            let start = record.bytes.count
            writer.appendJSON(value, machine, input, to: &record.bytes)
            record.add(.extra(name), .json(start..<record.bytes.count))
        }
    }

    /// Says what is wrong, and adds the pickle itself where the record does not say all of it.
    private mutating func mark(_ record: inout LogRecord, _ input: Span<UInt8>) {
        let start = record.bytes.count
        if self[.msg].kind == .unset { record.bytes.append("the dict has no msg") }
        if writer.isCut {
            record.bytes.append(record.bytes.count > start ? "; " : "")
            record.bytes.append("nested too deeply, or larger than the pickle: ... stands for the rest")
        }
        if machine.position < input.count {
            record.bytes.append(record.bytes.count > start ? "; " : "")
            record.bytes.append(decimal: input.count - machine.position)
            record.bytes.append(" bytes follow the pickle")
        }
        let end = record.bytes.count
        if end > start { record.add(.known(.fault), .bytes(start..<end)) }
        if end > start || isLossy || writer.isLossy || machine.hasOpaque || machine.hasGuessed {
            record.set(.raw, to: input)
        }
    }
}

extension Severity {
    /// As python-systemd's `JournalHandler` maps levels: numbers between Python's own count as the next higher.
    init(pythonLevel: Double) {
        switch pythonLevel {
        case ...10: self = .debug
        case ...20: self = .informational
        case ...30: self = .warning
        case ...40: self = .error
        case ...50: self = .critical
        default: self = .alert
        }
    }
}
