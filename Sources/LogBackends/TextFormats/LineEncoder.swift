public import LogRecords

/// Encodes records as lines of text.
public struct LineEncoder: LogEncoder {
    private let format: LineFormat
    private var json = JSONLine()
    private var values: TemplateFieldWriter
    private var starts = LineStarts()

    /// All for JSON; else the fields of the template.
    public let selection: FieldSelection

    /// Makes an encoder.
    ///
    /// - Parameters:
    ///   - format: the format of the lines.
    ///   - program: the value of `%(name)s` when the sender names no logger.
    public init(_ format: LineFormat, program: String) {
        self.format = format
        selection =
            switch format {
            case .json: .all
            case .template(let template): template.selection
            }
        values = TemplateFieldWriter(program: program)
    }

    /// Appends the record as one line with its newline.
    public mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
        switch format {
        case .json:
            json.append(record, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        case .template(let template):
            template.appendLine(record, with: &values, startingWith: &starts, to: &bytes)
        }
    }
}
