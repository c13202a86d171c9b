import LogRecords

/// The header that a proxy sends at the beginning of a connection, to name its client: the PROXY protocol, versions 1
/// and 2, by HAProxy's `doc/proxy-protocol.txt`.
///
/// The sections below are of that text. The header is never guessed: where one is expected and does not come, the
/// connection is refused (section 2).
package struct ProxyHeader: Equatable, Sendable {
    /// A client as the proxy names it.
    package enum Client: Equatable, Sendable {
        case ipv4(UInt32, port: UInt16)
        /// The first and the last eight bytes of the address.
        case ipv6(UInt64, UInt64, port: UInt16)
    }

    /// The size of the longest header that is read, in bytes.
    package static let maxSize = 4096

    /// The size in bytes; what follows is the client's.
    package let size: Int
    /// The client; nil where the connection is the proxy's own, or the proxy knows no internet address of its client.
    ///
    /// Then the peer of the connection counts (sections 2.1 and 2.2).
    package let client: Client?

    init(size: Int, client: Client?) {
        self.size = size
        self.client = client
    }

    /// Reads the header that a stream begins with; nil while it is not complete.
    ///
    /// - Parameter stream: its first bytes; `maxSize` are enough.
    /// - Throws: where the stream does not begin with a valid header.
    package init?(startOf stream: Span<UInt8>) throws(MessageError) {
        let header: ProxyHeader?
        if Self.begins(stream, with: ProxyHeaderV1.signature) {
            header = try ProxyHeaderV1.read(stream)
        } else if Self.begins(stream, with: ProxyHeaderV2.signature) {
            header = try ProxyHeaderV2.read(stream)
        } else {
            throw MessageError("the stream does not begin with a PROXY header", .otherFormat)
        }
        guard let header else { return nil }
        self = header
    }

    /// Whether the stream, as far as it has come, begins with the signature.
    private static func begins(_ stream: Span<UInt8>, with signature: StaticString) -> Bool {
        // The pointer does not leave the call.
        signature.withUTF8Buffer { signature in
            for index in 0..<min(stream.count, signature.count) where stream[index] != signature[index] {
                return false
            }
            return true
        }
    }
}
