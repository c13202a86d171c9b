/// Why a text is not a valid value, with advice.
package struct ValueError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
