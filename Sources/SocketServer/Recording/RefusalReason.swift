/// Why connections were refused; numbered from 0.
package enum RefusalReason: UInt8, CaseIterable, Sendable {
    /// Their source had as many as it may.
    case tooMany
    /// They came from no trusted proxy, or without a PROXY header.
    case proxyHeader
    /// Their TLS handshake failed.
    case handshake
}

extension RefusalReason: CustomStringConvertible {
    /// The name in metrics.
    package var description: String {
        switch self {
        case .tooMany: "too_many"
        case .proxyHeader: "proxy_header"
        case .handshake: "tls_handshake"
        }
    }
}
