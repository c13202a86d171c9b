/// The format of the identifier in front of a sender's messages.
public enum IdentifierFormat: Sendable, Equatable {
    /// HOST/PROGRAM for senders on other hosts, PROGRAM for senders on this host.
    case auto
    /// A template in the style of Python's `logging`, or plain text.
    case template(LineTemplate)

    /// Parses a format.
    ///
    /// - Parameter text: `auto`, or a template.
    /// - Throws: the first error in the template, with its position.
    public init(_ text: String) throws(LineTemplateError) {
        guard !text.isEmpty else {
            throw LineTemplateError("is empty; write auto, or a template such as %(host)s/%(program)s")
        }
        self = text == "auto" ? .auto : .template(try LineTemplate(identifier: text))
    }

    /// The text that the format was parsed from.
    public var text: String {
        switch self {
        case .auto: "auto"
        case .template(let template): template.text
        }
    }
}
