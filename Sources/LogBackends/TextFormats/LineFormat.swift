/// The format of the lines in a file or stream.
public enum LineFormat: Sendable, Equatable {
    /// One JSON object a line (RFC 8259).
    case json
    /// A template in the style of Python's `logging`.
    case template(LineTemplate)

    /// The default, a common format of Python's `logging`: `%(asctime)s:%(levelname)s:%(message)s`.
    public static let standard = LineFormat.template(.standard)

    /// Parses a format.
    ///
    /// - Parameter text: `json`, or a template.
    /// - Throws: the first error in the template, with its position.
    public init(_ text: String) throws(LineTemplateError) {
        self = text == "json" ? .json : .template(try LineTemplate(text))
    }

    /// The text that the format was parsed from.
    public var text: String {
        switch self {
        case .json: "json"
        case .template(let template): template.text
        }
    }
}
