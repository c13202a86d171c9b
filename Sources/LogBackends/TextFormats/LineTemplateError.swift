import LogRecords

/// An error in a template for log lines.
public struct LineTemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The error, and how to correct it.
    public let reason: String
    /// The character at fault, counted from 1; nil when it is the template as a whole.
    public let position: Int?

    init(_ reason: String, at position: Int? = nil) {
        self.reason = reason
        self.position = position
    }

    /// One line; control characters of the template are escaped.
    public var description: String {
        var text: [UInt8] = []
        text.append(escaping: "log format: " + (position.map { "character \($0): " } ?? "") + reason)
        return String(decoding: text, as: UTF8.self)
    }
}
