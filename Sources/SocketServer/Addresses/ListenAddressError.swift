/// Why a text is not a `ListenAddress`, and how one is written.
package struct ListenAddressError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ text: some StringProtocol, _ reason: String, like example: String) {
        description = "\"\(text)\" \(reason); write it like \(example)"
    }
}
