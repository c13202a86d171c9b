/// What became of TLS handshakes; numbered from 0.
package enum HandshakeResult: UInt8, CaseIterable, Sendable {
    /// The client has its connection.
    case completed
    /// The client or the listener ended it, as one of them does not accept what the other has shown.
    case failed
    /// The client's certificate is verified, and the client is none of those that may connect.
    case notAllowed
    /// It was not complete in time.
    case timedOut
    /// The client sent no TLS.
    case plainText
}

extension HandshakeResult: CustomStringConvertible {
    /// The name in metrics.
    package var description: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .notAllowed: "not_allowed"
        case .timedOut: "timed_out"
        case .plainText: "plain_text"
        }
    }
}
