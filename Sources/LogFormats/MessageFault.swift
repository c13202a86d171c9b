/// Why a message cannot become a record.
package struct MessageFault: Error, Equatable, Sendable {
    /// For people, in lower case and without an end: `the pickle is not a dict`.
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}
