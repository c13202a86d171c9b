/// How the identifier in front of a sender's messages is made.
public enum IdentifierFormat: Sendable, Equatable {
    /// HOST/PROGRAM for senders on other hosts, PROGRAM for those on this one.
    case auto
    /// A template in the style of Python's `logging`, or plain text.
    case template(LineTemplate)

    /// Makes a format of its text.
    ///
    /// - Parameter text: `auto`, or a template.
    /// - Throws: what is wrong with the template, and where.
    public init(_ text: String) throws(LineTemplateError) {
        guard !text.isEmpty else {
            throw LineTemplateError("is empty; write auto, or a template such as %(host)s/%(program)s")
        }
        self = text == "auto" ? .auto : .template(try LineTemplate(identifier: text))
    }

    /// What the format was made from.
    public var text: String {
        switch self {
        case .auto: "auto"
        case .template(let template): template.text
        }
    }
}
