import COpenSSL
import TestSupport

/// The client's side of a session, in memory, by OpenSSL itself.
final class TLSClient {
    struct Options {
        var certificate: String?
        var key: String?
        /// A further certificate that it sends.
        var chain: String?
        /// The CA that the server's certificate is verified with; nil: it is not.
        var serverCA: String?
        /// The name that the server's certificate is to have.
        var name: String?
        var version = TLS1_3_VERSION
    }

    private let ssl: OpaquePointer
    /// The reason of the failure, in OpenSSL's words; nil while there is none.
    private(set) var failure: String?
    private(set) var isEstablished = false
    private(set) var hasCloseNotify = false
    private(set) var received: [UInt8] = []

    init(_ options: Options = Options()) throws {
        let context = try require(SSL_CTX_new(TLS_client_method()))
        defer { SSL_CTX_free(context) }
        // Old versions are refused by the policy of clients, too.
        SSL_CTX_set_security_level(context, 0)
        if let certificate = options.certificate, let key = options.key {
            try require(SSL_CTX_use_certificate_chain_file(context, certificate) == 1)
            try require(SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1)
        }
        if let chain = options.chain {
            let file = try require(BIO_new_file(chain, "r"))
            defer { BIO_free(file) }
            // The context takes it over.
            let certificate = try require(PEM_read_bio_X509(file, nil, nil, nil))
            SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 0, UnsafeMutableRawPointer(certificate))
        }
        if let file = options.serverCA {
            try require(SSL_CTX_load_verify_file(context, file) == 1)
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        }
        ssl = try require(SSL_new(context))
        if let name = options.name { SSL_set1_host(ssl, name) }
        SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(options.version), nil)
        SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(options.version), nil)
        let input = BIO_new(BIO_s_mem())
        BIO_ctrl(input, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nil)
        SSL_set_bio(ssl, input, BIO_new(BIO_s_mem()))
        SSL_set_connect_state(ssl)
    }

    deinit {
        SSL_free(ssl)
    }

    /// Takes what the server sent, and goes on.
    func take(_ bytes: [UInt8]) {
        if !bytes.isEmpty { BIO_write(SSL_get_rbio(ssl), bytes, Int32(bytes.count)) }
        ERR_clear_error()
        if !isEstablished {
            let result = SSL_do_handshake(ssl)
            guard result == 1 else { return note(result) }
            isEstablished = true
        }
        var buffer = [UInt8](repeating: 0, count: 20_000)
        while true {
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else { return note(count) }
            received += buffer[..<Int(count)]
        }
    }

    private func note(_ result: Int32) {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: hasCloseNotify = true
        default: failure = ERR_reason_error_string(ERR_get_error()).map { String(cString: $0) } ?? "unknown"
        }
    }

    /// Encrypts bytes, a record for each call.
    func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        SSL_write(ssl, bytes, Int32(bytes.count))
    }

    func writeCloseNotify() {
        SSL_shutdown(ssl)
    }

    func updateKeys() {
        SSL_key_update(ssl, Int32(SSL_KEY_UPDATE_REQUESTED))
        SSL_do_handshake(ssl)
    }

    func renegotiate() -> Bool {
        SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1
    }

    /// What is to be sent to the server.
    func takeOutput() -> [UInt8] {
        let output = SSL_get_wbio(ssl)
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(output)))
        if !bytes.isEmpty { BIO_read(output, &bytes, Int32(bytes.count)) }
        return bytes
    }
}

struct OpenSSLFailure: Error {}

@discardableResult
func require(_ pointer: OpaquePointer?) throws -> OpaquePointer {
    guard let pointer else { throw OpenSSLFailure() }
    return pointer
}

func require(_ isGood: Bool) throws {
    guard isGood else { throw OpenSSLFailure() }
}
