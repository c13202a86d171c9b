import COpenSSL
import Linux

/// The state that the sessions of one listener share: its certificate, its key, and the rules for clients.
///
/// TLS 1.2 and 1.3 with the distribution's ciphers. No session tickets: they are written to clients that never read, whose
/// closing then resets the connection and destroys what they sent. No renegotiation, and no early data (RFC 9662,
/// section 6).
// Unchecked: OpenSSL lets threads share a context that is not changed (openssl-threads(7)), and after `init` this is not.
package final class TLSContext: @unchecked Sendable {
    /// The clients that may connect; empty: all whose certificate is verified.
    package let allowedClients: [AllowedClient]
    /// Whether the first name of a client's certificate is the host of its messages.
    package let namesHosts: Bool
    /// When the listener's certificate is valid.
    package let validity: CertificateValidity

    private let context: OpaquePointer

    /// Reads the files.
    ///
    /// - Throws: the first file that cannot be used, and why; or why OpenSSL cannot be loaded.
    package init(_ options: TLSOptions) throws(TLSError) {
        try OpenSSLLibrary.load()
        ErrorQueue.clear()
        guard let context = openssl.SSL_CTX_new(openssl.TLS_server_method()) else {
            throw Self.failure("cannot prepare TLS")
        }
        var isComplete = false
        defer { if !isComplete { openssl.SSL_CTX_free(context) } }
        guard copenssl_require_tls12(context) == 1 else { throw Self.failure("cannot prepare TLS") }
        copenssl_set_server_options(context)
        // Without it, OpenSSL asks for the passphrase of a key at the terminal.
        openssl.SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
        validity = try Self.readCertificate(options, context)
        try Self.readClientCA(options, context)
        allowedClients = options.allowedClients
        namesHosts = options.namesHosts
        self.context = context
        isComplete = true
    }

    deinit {
        openssl.SSL_CTX_free(context)
    }

    /// Begins the server's side of a session.
    ///
    /// - Throws: when there is no memory for it.
    package func makeSession() throws(TLSFailure) -> TLSSession {
        guard let ssl = openssl.SSL_new(context) else { throw TLSFailure("there is no memory for a TLS session") }
        return try TLSSession(server: ssl)
    }

    private static func readCertificate(
        _ options: TLSOptions,
        _ context: OpaquePointer
    ) throws(TLSError) -> CertificateValidity {
        let certificate = options.certificate
        guard openssl.SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw failure(
                "cannot read the certificate",
                certificate,
                advice: "it must be PEM, the listener's own one first"
            )
        }
        guard openssl.SSL_CTX_use_PrivateKey_file(context, options.key, SSL_FILETYPE_PEM) == 1 else {
            let advice = "it must be the key of \(certificate), as PEM and without a passphrase"
            throw failure("cannot read the key", options.key, advice: advice)
        }
        guard openssl.SSL_CTX_check_private_key(context) == 1 else {
            let isOtherKind = ErrorQueue.isReason(SSL_R_NO_CERTIFICATE_ASSIGNED)
            let reason = ErrorQueue.takeReason()
            throw TLSError(
                "cannot use the key",
                options.key,
                isOtherKind ? "it is of another kind than the certificate's" : reason,
                advice: "it must be the key of \(certificate)"
            )
        }
        guard let own = openssl.SSL_CTX_get0_certificate(context), let validity = CertificateValidity(own) else {
            throw TLSError("cannot use the certificate", certificate, "its time of validity cannot be read")
        }
        return validity
    }

    private static func readClientCA(_ options: TLSOptions, _ context: OpaquePointer) throws(TLSError) {
        guard options.clients != .none else { return }
        guard let file = options.clientCA else {
            throw TLSError("cannot verify clients", nil, "no file with the certificates of their CA is given")
        }
        // The names tell clients which of their certificates to show.
        guard openssl.SSL_CTX_load_verify_file(context, file) == 1, let names = openssl.SSL_load_client_CA_file(file)
        else {
            throw failure("cannot read the CA of clients", file, advice: "it must be one or more certificates in PEM")
        }
        openssl.SSL_CTX_set_client_CA_list(context, names)
        let mode = SSL_VERIFY_PEER | (options.clients == .require ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0)
        openssl.SSL_CTX_set_verify(context, mode, nil)
    }

    private static func failure(_ operation: String, _ file: String? = nil, advice: String? = nil) -> TLSError {
        TLSError(operation, file, ErrorQueue.takeReason(), advice: advice)
    }
}
