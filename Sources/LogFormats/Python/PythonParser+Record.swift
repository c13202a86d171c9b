import LogRecords

/// The attributes that every record of Python's has, and where they go.
extension PythonParser {
    subscript(_ attribute: PythonAttribute) -> PickleValue { attributes[Int(attribute.rawValue)] }

    mutating func fill(_ record: inout LogRecord, _ input: Span<UInt8>) {
        // One copy, of which most fields are places, unless few are needed.
        base = record.selection.mayLeaveUnread(parts: .extra) ? nil : record.store(input).lowerBound
        setMessage(of: &record, input)
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
        setSender(of: &record, input)
        set(.processName, to: .processName, in: &record, input)
        set(.threadName, to: .threadName, in: &record, input)
        set(.exceptionText, to: .excText, in: &record, input)
        set(.stackInfo, to: .stackInfo, in: &record, input)
        if !record.selection.mayLeaveUnread(parts: .extra) { keepWhatIsNotSaid(input) }
    }

    private mutating func setMessage(of record: inout LogRecord, _ input: Span<UInt8>) {
        guard let limit else {
            let message = self[.msg]
            if message.kind == .text, !message.isDecoded, writer.takesPlain(input.extracting(message.range)) {
                return record.setPlainMessage(input.extracting(message.range))
            }
            return writer.appendText(message, machine, input, to: &record.message)
        }
        record.set(.originalLength, to: Int64(input.count))
        let message = self[.msg]
        guard message.kind == .text, message.range.count > limit else {
            writer.appendText(message, machine, input, to: &record.message)
            return cut(&record.message, to: limit)
        }
        // Its beginning alone, which is written without asking whether there is room for all of it.
        let start = message.range.lowerBound
        var beginning: [UInt8] = []
        if message.isDecoded {
            beginning.append(contentsOf: machine.decoded[start..<(start &+ limit)])
        } else {
            beginning.append(input.extracting(start..<(start &+ limit)))
        }
        cut(&beginning, to: limit &- 1)
        if !TextEscaping.appendValid(beginning.span, to: &record.message) { isLossy = true }
        cut(&record.message, to: limit)
    }

    /// Cuts UTF-8 before a character.
    private func cut(_ text: inout [UInt8], to limit: Int) {
        guard text.count > limit else { return }
        var end = limit
        while end > 0, text[end] & 0xC0 == 0x80 { end &-= 1 }
        text.removeLast(text.count &- end)
    }

    /// The process, unless the program names another with python-systemd's names, and the program.
    private mutating func setSender(of record: inout LogRecord, _ input: Span<UInt8>) {
        if identifier.kind != .unset { add(.known(.appName), identifier, to: &record, input) }
        if pid.kind != .unset {
            add(.known(.procid), pid, to: &record, input)
            return keep(.process)
        }
        switch self[.process].kind {
        case .integer, .digits, .text:
            if !record.selection.mayLeaveUnread(.procid) { add(.known(.procid), self[.process], to: &record, input) }
        default: keep(.process)
        }
    }

    private mutating func setLevel(of record: inout LogRecord, _ input: Span<UInt8>) {
        let level = self[.levelno]
        let number: Double
        switch level.kind {
        case .integer:
            number = Double(level.integer)
            record.set(.levelNumber, to: level.integer)
        case .float where !level.float.isNaN:
            number = level.float
            if let integer = Int64(exactly: number) {
                record.set(.levelNumber, to: integer)
            } else {
                keep(.levelno)
            }
        default:
            keep(.levelno)
            record.severity = namedLevel(input) ?? .informational
            return
        }
        record.severity = Severity(pythonLevel: number)
        // For a program's own level its name is better, where it is a known one.
        guard !Self.isOfPython(number), let named = namedLevel(input) else { return }
        record.severity = named
    }

    /// Whether a number is one of those that Python itself has, which a program may rename.
    private static func isOfPython(_ number: Double) -> Bool {
        switch number {
        case 0, 10, 20, 30, 40, 50: true
        default: false
        }
    }

    private func namedLevel(_ input: Span<UInt8>) -> Severity? {
        let name = self[.levelname]
        guard name.kind == .text else { return nil }
        return LevelNames.shared.severity(named: (name.isDecoded ? machine.decoded.span : input).extracting(name.range))
    }

    private mutating func setTime(of record: inout LogRecord) {
        guard !record.selection.mayLeaveUnread(parts: [.claimedTime, .extra]) else { return }
        let seconds: Double
        switch self[.created].kind {
        case .float: seconds = self[.created].float
        case .integer: seconds = Double(self[.created].integer)
        default: return keep(.created)
        }
        guard let time = MessageTime.wallTime(epochSeconds: seconds) else {
            isLossy = true
            return keep(.created)
        }
        record.claimedTime = time
    }

    @inline(__always)
    private mutating func set(
        _ key: FieldKey,
        to attribute: PythonAttribute,
        in record: inout LogRecord,
        _ input: Span<UInt8>
    ) {
        let value = self[attribute]
        guard value.kind == .text else { return keep(attribute) }
        guard !value.range.isEmpty, !record.selection.mayLeaveUnread(key) else { return }
        add(.known(key), value, to: &record, input)
    }

    mutating func add(
        _ name: LogRecord.Field.Name,
        _ value: PickleValue,
        to record: inout LogRecord,
        _ input: Span<UInt8>
    ) {
        let range = value.range
        if let base, value.kind == .text, !value.isDecoded, writer.takes(input.extracting(range)) {
            record.add(name, .bytes((base &+ range.lowerBound)..<(base &+ range.upperBound)))
            return
        }
        let start = record.bytes.count
        writer.appendText(value, machine, input, to: &record.bytes)
        record.add(name, .bytes(start..<record.bytes.count))
    }

    /// Keeps attributes that add to the record's fields.
    ///
    /// The file's name is known from its path, for instance.
    private mutating func keepWhatIsNotSaid(_ input: Span<UInt8>) {
        keepUnlessNumber(.msecs)
        keepUnlessNumber(.relativeCreated)
        keepUnlessNumber(.thread)
        let isEmptyTuple = self[.args].kind == .tuple && machine.containers[self[.args].container].first < 0
        if !isEmptyTuple { keep(.args) }
        keep(.excInfo)
        keep(.taskName)
        let said = saysFile(input)
        if !said.name { keep(.filename) }
        if !said.module { keep(.module) }
    }

    private mutating func keepUnlessNumber(_ attribute: PythonAttribute) {
        switch self[attribute].kind {
        case .integer, .float, .digits: break
        default: keep(attribute)
        }
    }

    /// Whether the file's name and the module are those of the path, whichever system it is of.
    private func saysFile(_ input: Span<UInt8>) -> (name: Bool, module: Bool) {
        let (path, name, module) = (self[.pathname], self[.filename], self[.module])
        guard path.kind == .text else { return (false, false) }
        let decoded = machine.decoded.span
        let whole = (path.isDecoded ? decoded : input).extracting(path.range)
        var start = whole.count
        while start > 0, whole[start &- 1] != UInt8(ascii: "/"), whole[start &- 1] != UInt8(ascii: "\\") { start &-= 1 }
        let file = whole.extracting(start...)
        var dot = file.count &- 1
        while dot >= 0, file[dot] != UInt8(ascii: ".") { dot &-= 1 }
        let stem = dot >= 0 ? file.extracting(..<dot) : file
        return (
            name.kind == .text && (name.isDecoded ? decoded : input).extracting(name.range).isEqual(to: file),
            module.kind == .text && (module.isDecoded ? decoded : input).extracting(module.range).isEqual(to: stem)
        )
    }

    func equal(_ value: PickleValue, _ text: StaticString, _ input: Span<UInt8>) -> Bool {
        (value.isDecoded ? machine.decoded.span : input).extracting(value.range).isEqual(to: text)
    }
}
