import COpenSSL

/// The client's side of a TLS session in memory, by OpenSSL itself.
final class TLSFuzzClient {
    private let ssl: OpaquePointer
    private(set) var isEstablished = false
    /// What it has sent, in order.
    private(set) var written: [UInt8] = []
    private(set) var hasSentCloseNotify = false
    /// What the server sent.
    private(set) var received: [UInt8] = []
    private var updateCount = 0

    /// Begins a session; nil without memory.
    ///
    /// - Parameters:
    ///   - context: the settings.
    ///   - version: the only version of TLS that it offers.
    init?(_ context: OpaquePointer, version: Int32) {
        guard let ssl = SSL_new(context) else { return nil }
        self.ssl = ssl
        SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil)
        SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        let input = BIO_new(BIO_s_mem())
        BIO_ctrl(input, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nil)
        SSL_set_bio(ssl, input, BIO_new(BIO_s_mem()))
        SSL_set_connect_state(ssl)
    }

    deinit {
        SSL_free(ssl)
    }

    /// Makes the settings of clients.
    ///
    /// - Parameter certificate: the path of a certificate with its key; nil: they show none.
    /// - Returns: the settings; nil without memory, or where the file is of no use.
    static func makeContext(certificate: String?) -> OpaquePointer? {
        guard let context = SSL_CTX_new(TLS_client_method()) else { return nil }
        guard let certificate else { return context }
        let isRead =
            SSL_CTX_use_certificate_chain_file(context, certificate) == 1
            && SSL_CTX_use_PrivateKey_file(context, certificate, SSL_FILETYPE_PEM) == 1
        return isRead ? context : nil
    }

    /// Takes what the server sent, and goes on.
    func take(_ bytes: [UInt8]) {
        if !bytes.isEmpty { BIO_write(SSL_get_rbio(ssl), bytes, Int32(bytes.count)) }
        ERR_clear_error()
        if !isEstablished { isEstablished = SSL_do_handshake(ssl) == 1 }
        guard isEstablished else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            ERR_clear_error()
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else { return }
            received += buffer[..<Int(count)]
        }
    }

    /// Encrypts the next bytes of its data, which are different from those before.
    func write(_ count: Int) {
        guard isEstablished, count > 0, !hasSentCloseNotify else { return }
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: (written.count + $0) &* 167 >> 3) }
        ERR_clear_error()
        if SSL_write(ssl, bytes, Int32(bytes.count)) == Int32(bytes.count) { written += bytes }
    }

    func writeCloseNotify() {
        guard isEstablished, !hasSentCloseNotify else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
        hasSentCloseNotify = true
    }

    /// Asks for new keys, as often as OpenSSL allows; for TLS 1.3.
    func updateKeys() {
        guard isEstablished, !hasSentCloseNotify, updateCount < 16, SSL_version(ssl) == TLS1_3_VERSION else { return }
        updateCount += 1
        ERR_clear_error()
        SSL_key_update(ssl, Int32(SSL_KEY_UPDATE_REQUESTED))
        SSL_do_handshake(ssl)
    }

    /// What is to be sent to the server.
    func takeOutput() -> [UInt8] {
        let output = SSL_get_wbio(ssl)
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(output)))
        if !bytes.isEmpty { BIO_read(output, &bytes, Int32(bytes.count)) }
        return bytes
    }
}
