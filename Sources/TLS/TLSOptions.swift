/// The settings of a listener's TLS.
package struct TLSOptions: Sendable, Equatable {
    /// Whether clients show a certificate.
    package enum ClientMode: String, Sendable, CaseIterable {
        /// They are not asked for one.
        case none
        /// They may; one that cannot be verified ends the session.
        case request
        /// They must.
        case require
    }

    /// The path of the certificate and its chain, in PEM.
    package var certificate: String
    /// The path of its private key, in PEM and without a passphrase.
    package var key: String
    /// The path of the certificates that clients' certificates are verified with, in PEM.
    package var clientCA: String?
    package var clients = ClientMode.none
    /// The clients that may connect; empty: all whose certificate is verified.
    package var allowedClients: [AllowedClient] = []
    /// Whether the first name of a client's certificate is the host of its messages.
    package var namesHosts = false

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
