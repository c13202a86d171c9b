/// Why a text is no value of its kind, with what would be one.
package struct ValueError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
