import COpenSSL

/// The server's side of one TLS session, without a socket: encrypted bytes in; plaintext, and bytes to send, out.
///
/// All that a peer sends can be given to it as it comes. After the session's end it takes and gives nothing more, except
/// for the last bytes to send. Use it on one thread at a time.
package struct TLSSession: ~Copyable {
    /// How a session ended.
    package enum End: Equatable, Sendable {
        /// The peer has sent close_notify: all that it sent has come.
        case closed
        case failed(TLSFailure)
    }

    private let ssl: OpaquePointer
    /// Bytes that came and were not taken for want of room, or because the handshake was complete with them.
    private var leftover: [UInt8] = []

    /// Whether the handshake is complete, and the peer's certificate verified if it showed one.
    package private(set) var isEstablished = false
    /// The peer's certificate; nil where it showed none, or where it is not verified.
    package private(set) var peerCertificate: PeerCertificate?
    /// Nil: the peer may send more.
    package private(set) var end: End?

    /// - Parameter ssl: new; the session frees it.
    /// - Throws: when there is no memory.
    init(server ssl: OpaquePointer) throws(TLSFailure) {
        self.ssl = ssl
        openssl.SSL_set_accept_state(ssl)
        guard let output = openssl.BIO_new(openssl.BIO_s_mem()) else {
            throw TLSFailure("there is no memory for a TLS session")
        }
        openssl.SSL_set0_wbio(ssl, output)
    }

    deinit {
        openssl.SSL_free(ssl)
    }

    // MARK: input

    /// Whether `receive` would give something without new bytes.
    package var hasPending: Bool { end == nil && (!leftover.isEmpty || openssl.SSL_pending(ssl) > 0) }

    /// Takes all bytes that came, and gives plaintext as far as there is room for it.
    ///
    /// The call that completes the handshake gives none, so that the peer can be looked at before it is listened to; the
    /// next one, with or without new bytes, does.
    ///
    /// - Parameters:
    ///   - encrypted: what came; may be empty.
    ///   - plaintext: the room, at least a byte.
    /// - Returns: the number of bytes of plaintext. They are good also when the session ends in this call.
    package mutating func receive(
        _ encrypted: UnsafeRawBufferPointer,
        into plaintext: UnsafeMutableRawBufferPointer
    ) -> Int {
        guard end == nil else { return 0 }
        guard leftover.isEmpty else {
            leftover.append(contentsOf: encrypted)
            var waiting: [UInt8] = []
            swap(&waiting, &leftover)
            return waiting.withUnsafeBytes { run($0, into: plaintext) }
        }
        return run(encrypted, into: plaintext)
    }

    private mutating func run(
        _ encrypted: UnsafeRawBufferPointer,
        into plaintext: UnsafeMutableRawBufferPointer
    ) -> Int {
        guard let count = Int32(exactly: encrypted.count),
            let input = copenssl_new_input(encrypted.baseAddress, count)
        else {
            fail(TLSFailure("there is no memory for what it sent"))
            return 0
        }
        // It points to the caller's memory, and is gone with the end of this call.
        openssl.SSL_set0_rbio(ssl, input)
        defer { openssl.SSL_set0_rbio(ssl, nil) }
        var total = 0
        if isEstablished { total = read(into: plaintext) } else { shakeHands() }
        let rest = openssl.BIO_ctrl_pending(input)
        if end == nil, rest > 0 { leftover = Array(encrypted.suffix(rest)) }
        return total
    }

    private mutating func shakeHands() {
        ErrorQueue.clear()
        let result = openssl.SSL_do_handshake(ssl)
        guard result == 1 else { return noteResult(result) }
        isEstablished = true
        peerCertificate = verifiedCertificate
        forgetCertificates()
    }

    private mutating func read(into plaintext: UnsafeMutableRawBufferPointer) -> Int {
        var total = 0
        while total < plaintext.count {
            var count = 0
            ErrorQueue.clear()
            let room = plaintext.baseAddress?.advanced(by: total)
            let result = openssl.SSL_read_ex(ssl, room, plaintext.count - total, &count)
            guard result == 1 else {
                noteResult(result)
                break
            }
            total += count
        }
        return total
    }

    /// Takes note of the result of a call that did not succeed.
    private mutating func noteResult(_ result: Int32) {
        switch openssl.SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: end = .closed
        default: fail(ErrorQueue.takeFailure(verification: openssl.SSL_get_verify_result(ssl)))
        }
    }

    private mutating func fail(_ failure: TLSFailure) {
        end = .failed(failure)
        leftover = []
    }

    // MARK: output

    /// Encrypts bytes, for `takeOutput`; to be called when the handshake is complete, and not after `sendCloseNotify`.
    package mutating func send(_ bytes: Span<UInt8>) {
        guard isEstablished, !hasSentCloseNotify, !bytes.isEmpty else { return }
        if case .failed = end { return }
        ErrorQueue.clear()
        var count = 0
        let result = bytes.withUnsafeBytes { openssl.SSL_write_ex(ssl, $0.baseAddress, $0.count, &count) }
        // Memory takes all of it.
        if result != 1 { fail(ErrorQueue.takeFailure(verification: openssl.SSL_get_verify_result(ssl))) }
    }

    /// Ends our side with close_notify, for `takeOutput`.
    ///
    /// Bytes that the peer sends can still be received.
    package mutating func sendCloseNotify() {
        guard isEstablished, !hasSentCloseNotify else { return }
        if case .failed = end { return }
        ErrorQueue.clear()
        _ = openssl.SSL_shutdown(ssl)
    }

    private var hasSentCloseNotify: Bool { openssl.SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN != 0 }

    /// The bytes that are to be sent to the peer: of the handshake, of `send`, and alerts.
    ///
    /// To be called after each other call.
    package mutating func takeOutput() -> [UInt8] {
        var bytes: UnsafeMutablePointer<CChar>?
        let count = copenssl_output(openssl.SSL_get_wbio(ssl), &bytes)
        guard count > 0, let bytes else { return [] }
        let output = Array(UnsafeRawBufferPointer(start: bytes, count: count))
        // A new one, since this one keeps its memory.
        guard let empty = openssl.BIO_new(openssl.BIO_s_mem()) else {
            fail(TLSFailure("there is no memory for a TLS session"))
            return []
        }
        openssl.SSL_set0_wbio(ssl, empty)
        return output
    }

    // MARK: the peer

    /// The version, such as `TLSv1.3`.
    package var version: String { openssl.SSL_get_version(ssl).map { String(cString: $0) } ?? "" }

    private var verifiedCertificate: PeerCertificate? {
        guard openssl.SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER != 0,
            openssl.SSL_get_verify_result(ssl) == Int(X509_V_OK),
            let certificate = openssl.SSL_get0_peer_certificate(ssl)
        else { return nil }
        return PeerCertificate(certificate)
    }

    /// A public key that takes little memory; nil without memory.
    // Unsafe: threads share it, which only count its references, as they may (openssl-threads(7)).
    private nonisolated(unsafe) static let smallKey: OpaquePointer? = {
        let bytes = [UInt8](repeating: 0, count: 32)
        return openssl.EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
    }()

    /// Frees most of what OpenSSL would keep of certificates until the session's end.
    ///
    /// After the handshake nothing needs them. The peer's own one cannot be taken away, but its key can be replaced, which
    /// takes 3 KiB.
    private func forgetCertificates() {
        copenssl_forget_chain(ssl)
        guard let certificate = openssl.SSL_get0_peer_certificate(ssl), let key = Self.smallKey else { return }
        _ = openssl.X509_set_pubkey(certificate, key)
    }
}
