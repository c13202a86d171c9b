import LogRecords

/// Writes fields with names that a sender chose as JSON objects with unique keys, in linear time.
///
/// A name that is taken gets the prefix `F_`; when that is taken too, `F_2_`, `F_3_` and so on.
struct JSONObjects {
    /// Larger tables are freed after the record.
    private static let keptNames = 4096

    /// The names of the object that is being written.
    private var names = NameTable()
    /// The ids of structured data.
    private var ids = NameTable()
    /// The parameters of one element of structured data, by name.
    private var groups = NameTable()
    /// For each parameter of that element, the next of the same name.
    private var followers: [Int?] = []

    /// Appends `{name: value}` of the extra fields, and of repeated known keys, from the field `start` on.
    mutating func appendExtra(_ record: borrowing LogRecord, from start: Int = 0, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        names.begin(record.fields.count - start)
        let empty = output.count
        var keys = EnumSet<FieldKey>()
        for index in record.fields.indices {
            let field = record.fields[index]
            switch field.name {
            case .structured:
                continue
            case .known(let key):
                guard !keys.insert(key), index >= start else { continue }
                var name: [UInt8] = []
                name.append(key.json)
                Self.appendComma(after: empty, to: &output)
                append(name.span, field.value, in: record.bytes.span, to: &output)
            case .extra(let range):
                guard index >= start else { continue }
                Self.appendComma(after: empty, to: &output)
                append(record.bytes.span.extracting(range), field.value, in: record.bytes.span, to: &output)
            }
        }
        output.append(UInt8(ascii: "}"))
        names.recycle(keeping: Self.keptNames)
    }

    private mutating func append(
        _ name: Span<UInt8>,
        _ value: LogRecord.Field.Value,
        in bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let isText = JSONText.isText(value, in: bytes)
        Self.appendKey(name, isText: isText, unique: &names, to: &output)
        JSONText.append(value, in: bytes, isText: isText, to: &output)
    }

    // MARK: structured data

    /// Appends `{id: {name: value}}` of the parameters from the field `start` on; values of a repeated parameter form an
    /// array.
    mutating func appendStructuredData(_ record: borrowing LogRecord, from start: Int = 0, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        ids.begin(record.fields.count - start)
        let empty = output.count
        var index = start
        while index < record.fields.count {
            guard case .structured(let id, _) = record.fields[index].name else {
                index += 1
                continue
            }
            var end = index + 1
            while end < record.fields.count, Self.isParameter(record.fields[end], of: id, record.bytes.span) {
                end += 1
            }
            Self.appendComma(after: empty, to: &output)
            let name = record.bytes.span.extracting(id)
            Self.appendKey(name, isText: true, unique: &ids, to: &output)
            appendElement(record, index..<end, to: &output)
            index = end
        }
        output.append(UInt8(ascii: "}"))
        recycle()
    }

    /// Frees the memory that one large record needed.
    private mutating func recycle() {
        names.recycle(keeping: Self.keptNames)
        ids.recycle(keeping: Self.keptNames)
        groups.recycle(keeping: Self.keptNames)
        if followers.capacity > Self.keptNames { followers = [] }
    }

    /// Whether the field belongs to the element with that id, as the previous field does.
    private static func isParameter(_ field: LogRecord.Field, of id: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard case .structured(let other, _) = field.name else { return false }
        return other == id || bytes.extracting(other).isEqual(to: bytes.extracting(id))
    }

    private mutating func appendElement(
        _ record: borrowing LogRecord,
        _ parameters: Range<Int>,
        to output: inout [UInt8]
    ) {
        output.append(UInt8(ascii: "{"))
        defer { output.append(UInt8(ascii: "}")) }
        guard !Self.isEmptyElement(record, parameters) else { return }
        group(record, parameters)
        names.begin(parameters.count)
        let empty = output.count
        for index in groups.entries.indices {
            let entry = groups.entries[index]
            var isText = true
            var next: Int? = entry.first
            while isText, let parameter = next {
                isText = JSONText.isText(record.fields[parameter].value, in: record.bytes.span)
                next = followers[parameter - parameters.lowerBound]
            }
            Self.appendComma(after: empty, to: &output)
            let name = record.bytes.span.extracting(entry.name)
            Self.appendKey(name, isText: isText, unique: &names, to: &output)
            let isArray = entry.first != entry.last
            if isArray { output.append(UInt8(ascii: "[")) }
            let emptyArray = output.count
            next = entry.first
            while let parameter = next {
                Self.appendComma(after: emptyArray, to: &output)
                let value = record.fields[parameter].value
                JSONText.append(value, in: record.bytes.span, isText: isText, to: &output)
                next = followers[parameter - parameters.lowerBound]
            }
            if isArray { output.append(UInt8(ascii: "]")) }
        }
    }

    /// Whether the only field marks an element without parameters.
    private static func isEmptyElement(_ record: borrowing LogRecord, _ parameters: Range<Int>) -> Bool {
        let field = record.fields[parameters.lowerBound]
        guard parameters.count == 1, case .structured(_, let name) = field.name, name.isEmpty else { return false }
        guard case .bytes(let value) = field.value else { return false }
        return value.isEmpty
    }

    /// Chains the parameters with the same name.
    private mutating func group(_ record: borrowing LogRecord, _ parameters: Range<Int>) {
        groups.begin(parameters.count)
        followers.removeAll(keepingCapacity: true)
        for parameter in parameters {
            followers.append(nil)
            guard case .structured(_, let name) = record.fields[parameter].name else { continue }
            let (index, isNew) = groups.insert(name, in: record.bytes.span)
            if let previous = groups.chain(parameter, to: index, isNew: isNew) {
                followers[previous - parameters.lowerBound] = parameter
            }
        }
    }

    // MARK: keys

    private static func appendComma(after empty: Int, to output: inout [UInt8]) {
        if output.count > empty { output.append(UInt8(ascii: ",")) }
    }

    /// Appends `"name":`, with a prefix when the table has that name.
    ///
    /// Names are compared as written: names that differ only in invalid UTF-8 are the same key.
    private static func appendKey(
        _ name: Span<UInt8>,
        isText: Bool,
        unique table: inout NameTable,
        to output: inout [UInt8]
    ) {
        let start = output.count
        appendKey(name, isText: isText, copy: 0, to: &output)
        let (taken, isNew) = table.insert(start..<output.count, in: output.span)
        var isUnique = isNew
        while !isUnique {
            output.removeLast(output.count - start)
            appendKey(name, isText: isText, copy: table.countCopy(of: taken), to: &output)
            isUnique = table.insert(start..<output.count, in: output.span).isNew
        }
        output.append(UInt8(ascii: ":"))
    }

    private static func appendKey(_ name: Span<UInt8>, isText: Bool, copy: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        output.append(prefixOfCopy: copy)
        JSONText.appendContent(of: name, to: &output)
        if !isText { output.append("_base64") }
        output.append(UInt8(ascii: "\""))
    }
}

extension [UInt8] {
    /// Appends the prefix of a copy of a name: nothing for 0, then `F_`, `F_2_`, `F_3_`.
    mutating func append(prefixOfCopy copy: Int) {
        guard copy > 0 else { return }
        append("F_")
        guard copy > 1 else { return }
        append(decimal: copy)
        append(UInt8(ascii: "_"))
    }
}
