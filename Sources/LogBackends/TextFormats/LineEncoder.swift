public import LogRecords

/// Makes lines of text of records, for one thread.
public struct LineEncoder: LogEncoder {
    private let format: LineFormat
    private var json = JSONLine()
    private var values: TemplateFieldWriter

    /// Makes an encoder.
    ///
    /// - Parameters:
    ///   - format: what a line looks like.
    ///   - program: what a line shows as `%(name)s` where the sender names no logger.
    public init(_ format: LineFormat, program: String) {
        self.format = format
        values = TemplateFieldWriter(program: program)
    }

    /// Appends the record as one whole line, its end included.
    public mutating func encode(_ record: borrowing LogRecord, into bytes: inout [UInt8]) {
        switch format {
        case .json: json.append(record, to: &bytes)
        case .template(let template): template.append(record, with: &values, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
