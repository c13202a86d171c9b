/// Why a message cannot become a record.
package struct MessageError: Error, Equatable, Sendable {
    /// For people, in lower case and without a full stop: `the pickle is not a dict`.
    package let reason: String
    /// Whether the sender probably sends another format than the listener takes.
    package let suggestsOtherFormat: Bool

    package init(_ reason: String, suggestsOtherFormat: Bool = false) {
        self.reason = reason
        self.suggestsOtherFormat = suggestsOtherFormat
    }
}
