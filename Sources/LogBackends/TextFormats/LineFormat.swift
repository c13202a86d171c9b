/// How a record becomes a line of a file.
public enum LineFormat: Sendable, Equatable {
    /// One JSON object a line (RFC 8259).
    case json
    /// A template in the style of Python's `logging`.
    case template(LineTemplate)

    /// The lines of the script that Python programmers write: `%(asctime)s:%(levelname)s:%(message)s`.
    public static let standard = LineFormat.template(.standard)

    /// Makes a format of its text.
    ///
    /// - Parameter text: `json`, or a template.
    /// - Throws: what is wrong with the template, and where.
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
}
