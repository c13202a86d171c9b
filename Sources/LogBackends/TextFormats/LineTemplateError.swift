import LogRecords

/// Why a text is no template for log lines.
public struct LineTemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and what would be right.
    public let reason: String
    /// The character at which it goes wrong, counted from 1; nil where it is the template as a whole.
    public let position: Int?

    init(_ reason: String, at position: Int? = nil) {
        self.reason = reason
        self.position = position
    }

    /// One line, whatever the template holds.
    public var description: String {
        var text: [UInt8] = []
        text.append(escaping: "log format: " + (position.map { "character \($0): " } ?? "") + reason)
        return String(decoding: text, as: UTF8.self)
    }
}
