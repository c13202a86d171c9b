import COpenSSL
import Linux

/// OpenSSL's errors of the present thread; see ERR_get_error(3).
enum ErrorQueue {
    /// Reasons from this number on are the alerts that the peer has sent (SSL_AD_REASON_OFFSET).
    private static let alertOffset: Int32 = 1000
    /// Alerts about a certificate (RFC 8446, section 6.2).
    private static let certificateAlerts: ClosedRange<Int32> = 42...49

    /// Forgets errors of earlier calls; to be called before one whose errors matter.
    static func clear() {
        openssl.ERR_clear_error()
    }

    /// Whether the oldest error is one of libssl's with that reason.
    static func isReason(_ reason: Int32) -> Bool {
        let code = openssl.ERR_peek_error()
        return ERR_GET_LIB(code) == Int32(ERR_LIB_SSL) && ERR_GET_REASON(code) == reason
    }

    /// Takes all errors, and describes the oldest, which is the cause of the others.
    static func takeReason() -> String {
        let code = openssl.ERR_peek_error()
        defer { openssl.ERR_clear_error() }
        guard code != 0 else { return "no reason given" }
        if copenssl_is_system_error(code) != 0 { return "\(Errno(ERR_GET_REASON(code)))" }
        return openssl.ERR_reason_error_string(code).map { String(cString: $0) } ?? "OpenSSL's error \(code)"
    }

    /// Takes all errors of a session, and describes the oldest as a deed of the peer.
    ///
    /// - Parameter verification: the result of the verification of the peer's certificate.
    /// - Returns: the failure.
    static func takeFailure(verification: Int) -> TLSFailure {
        let code = openssl.ERR_peek_error()
        guard ERR_GET_LIB(code) == Int32(ERR_LIB_SSL) else { return TLSFailure("TLS failed: \(takeReason())") }
        let reason = ERR_GET_REASON(code)
        let text = takeReason()
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            let cause = openssl.X509_verify_cert_error_string(verification).map { String(cString: $0) }
            return TLSFailure("its certificate is not accepted: \(cause ?? "\(verification)")")
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return TLSFailure("it sent no certificate, and the listener requires one (\(text))")
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW:
            return TLSFailure("it offers no TLS version that the listener takes, which are 1.2 and 1.3 (\(text))")
        case alertOffset...alertOffset + 255:
            return alert(reason - alertOffset)
        default:
            return TLSFailure("TLS failed: \(text)")
        }
    }

    private static func alert(_ number: Int32) -> TLSFailure {
        let name = openssl.SSL_alert_desc_string_long(number).map { String(cString: $0) } ?? "\(number)"
        let text = "it ended the session with the alert \"\(name)\""
        guard certificateAlerts.contains(number) else { return TLSFailure(text) }
        return TLSFailure(text + ", so it does not accept the listener's certificate")
    }
}
