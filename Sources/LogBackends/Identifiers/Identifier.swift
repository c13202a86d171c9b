import LogRecords

/// Writes the identifier of a record: `SYSLOG_IDENTIFIER` in the journal, the name in a syslog tag.
///
/// By default identifiers of senders on other hosts contain a slash, and all others do not: a remote sender cannot use
/// the identifier of a local program.
struct Identifier {
    static let programLimit = 128
    private static let hostLimit = 126
    private static let templateLimit = 255

    /// The identifier of the daemon's own records, and of local senders without a name.
    private let own: [UInt8]
    private let standard: IdentifierFormat
    /// Whether senders on other hosts have their host in it.
    private let namesHost: Bool
    /// Writes the fields of templates.
    private var values: TemplateFieldWriter
    private let listeners: [(name: String, format: IdentifierFormat)]

    init(own: String, senders: SenderIdentifiers, namesHost: Bool = true) {
        self.own = Array(own.utf8)
        self.namesHost = namesHost
        values = TemplateFieldWriter(program: own)
        standard = senders.standard
        listeners = senders.listeners.map { ($0.key, $0.value) }
    }

    /// The parts of a record that identifiers are made of.
    var selection: FieldSelection {
        ([standard] + listeners.map(\.format)).reduce(into: []) { selection, format in
            switch format {
            case .auto: selection.formUnion([.program, .host])
            case .template(let template): selection.formUnion(template.selection)
            }
        }
    }

    /// Appends the identifier, which has at least 1 byte and at most 255; `programLimit` bounds the program's name.
    mutating func append(
        for record: borrowing LogRecord,
        programLimit: Int = Self.programLimit,
        to output: inout [UInt8]
    ) {
        guard record.event == nil else { return output.append(own.span) }
        switch format(for: record) {
        case .auto: appendSender(of: record, programLimit, to: &output)
        case .template(let template): append(template, record, to: &output)
        }
    }

    /// Whether a record has the daemon's own identifier: its sender is on this host and names no program.
    func isOwn(_ record: borrowing LogRecord) -> Bool {
        guard record.event == nil else { return true }
        guard case .auto = format(for: record) else { return false }
        return record.origin?.isLocal != false && record.program == nil
    }

    private func format(for record: borrowing LogRecord) -> IdentifierFormat {
        // Usually no listener has a format of its own.
        guard !listeners.isEmpty, let name = record.origin?.listener else { return standard }
        for listener in listeners where listener.name == name { return listener.format }
        return standard
    }

    private func appendSender(of record: borrowing LogRecord, _ programLimit: Int, to output: inout [UInt8]) {
        let isLocal = record.origin?.isLocal ?? true
        if !isLocal, namesHost {
            appendHost(of: record, to: &output)
            output.append(UInt8(ascii: "/"))
        }
        guard let program = record.program else { return output.append(own.span) }
        append(program, of: record, keepingSlashes: !isLocal || !namesHost, limit: programLimit, to: &output)
    }

    private func appendHost(of record: borrowing LogRecord, to output: inout [UInt8]) {
        if let verified = record.verifiedHost {
            let start = output.count
            output.append(utf8: verified)
            output.cut(to: start + Self.hostLimit)
            return IdentifierText.makeWord(of: &output, from: start, keepingSlashes: false)
        }
        guard let host = record.host else { return output.append(utf8: record.peerAddress ?? "localhost") }
        append(host, of: record, keepingSlashes: false, limit: Self.hostLimit, to: &output)
    }

    private func append(
        _ name: LogRecord.Field.Value,
        of record: borrowing LogRecord,
        keepingSlashes: Bool,
        limit: Int,
        to output: inout [UInt8]
    ) {
        switch name {
        case .integer(let integer): output.append(decimal: integer)
        case .bytes(let range), .json(let range):
            let text = record.bytes.span.extracting(range)
            IdentifierText.append(text, keepingSlashes: keepingSlashes, limit: limit, to: &output)
        }
    }

    private mutating func append(_ template: LineTemplate, _ record: borrowing LogRecord, to output: inout [UInt8]) {
        let start = output.count
        template.append(record, with: &values, to: &output)
        output.cut(to: start + Self.templateLimit)
        IdentifierText.makeWord(of: &output, from: start, keepingSlashes: true)
        if output.count == start { output.append(own.span) }
    }
}
