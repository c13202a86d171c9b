public import LogRecords

/// How a record becomes a line of a file.
public enum LineFormat: Sendable, Equatable {
    /// One JSON object a line (RFC 8259).
    case json
    /// A template in the style of Python's `logging`.
    case template(LineTemplate)

    /// `%(asctime)s:%(levelname)s:%(message)s`
    public static let standard = LineFormat.template(.standard)

    /// - Parameter text: `json`, or a template.
    public init(_ text: String) throws(LineTemplateError) {
        self = text == "json" ? .json : .template(try LineTemplate(text))
    }

    /// What the format was made from.
    public var text: String {
        switch self {
        case .json: "json"
        case .template(let template): template.text
        }
    }

    /// Appends the record as one whole line, its end included.
    public func append(_ record: borrowing LogRecord, to batch: inout LogBatch) {
        switch self {
        case .json: JSONLine.append(record, to: &batch)
        case .template(let template): template.append(record, to: &batch)
        }
        batch.bytes.append(UInt8(ascii: "\n"))
    }
}
