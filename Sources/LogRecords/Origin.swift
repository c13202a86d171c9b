/// Where records come from: one connection, or one sender of datagrams.
///
/// Made once and shared by all records of that connection, so that a record carries a reference and not its parts.
public final class Origin: Sendable {
    /// The protocol spoken, such as `hello`.
    public let protocolName: String
    /// The listener's name.
    public let listener: String
    /// The other end of the connection, or the sender; nil for a listener itself.
    public let peer: Peer?
    /// `peer` as text, made once.
    public let peerText: String
    /// The proxy that named the peer; nil where the peer is the other end of the connection.
    public let proxy: Peer?
    /// Whether the peer, and its proxy, is on this host, or there is none; not where TLS has shown the peer's host.
    public let isLocal: Bool
    /// The connection's number, unique in one run of the daemon; nil for datagrams and listeners.
    public let connection: UInt64?
    /// What TLS has shown of the peer; nil without TLS.
    public let tls: TLSPeer?

    /// Makes an origin.
    public init(
        protocolName: String,
        listener: String,
        peer: Peer?,
        through proxy: Peer? = nil,
        connection: UInt64?,
        tls: TLSPeer? = nil
    ) {
        self.protocolName = protocolName
        self.listener = listener
        self.peer = peer
        self.peerText = peer?.description ?? ""
        self.proxy = proxy
        self.isLocal = (peer?.isLocal ?? true) && (proxy?.isLocal ?? true) && tls?.host == nil
        self.connection = connection
        self.tls = tls
    }
}
