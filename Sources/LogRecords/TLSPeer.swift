/// The other end of a TLS session, as far as the session has shown it.
public struct TLSPeer: Sendable, Equatable {
    /// What a verified certificate says about its owner.
    public struct Certificate: Sendable, Equatable {
        /// The subject in the form of RFC 4514; empty where it has none.
        public let subject: String
        /// The subject's common name, and the DNS names and URIs of the certificate.
        public let names: [String]
        /// `SHA256:` and the hash of the certificate, in pairs of hexadecimal digits with colons.
        public let fingerprint: String

        /// The most names that records show.
        private static let shownLimit = 8

        /// The names that records show: the first ones.
        public var shownNames: ArraySlice<String> { names.prefix(Self.shownLimit) }

        /// Makes the description of a certificate.
        public init(subject: String, names: [String], fingerprint: String) {
            self.subject = subject
            self.names = names
            self.fingerprint = fingerprint
        }
    }

    /// The version of TLS, such as `TLSv1.3`.
    public let version: String
    /// Nil where the peer has shown no certificate, or was not asked for one.
    public let certificate: Certificate?
    /// The verified name that is the host of the peer's messages, whatever they claim; nil where their claims count.
    public let host: String?

    /// Makes the description of a peer.
    public init(version: String, certificate: Certificate? = nil, host: String? = nil) {
        self.version = version
        self.certificate = certificate
        self.host = host
    }
}
