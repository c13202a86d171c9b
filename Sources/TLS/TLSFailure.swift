/// Why a session came to its end other than by the peer's close_notify, in plain words about the peer.
package struct TLSFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// The stream ended without the peer's close_notify (RFC 8446, section 6.1): what it sent last may be missing.
    package static let truncated = TLSFailure(
        "its TLS stream ended without close_notify, so its last data may be missing"
    )
}
