import COpenSSL

/// The SHA-256 of a certificate, in the form that rsyslog uses: `SHA256:` and pairs of digits with colons.
enum Fingerprint {
    /// The text of a hash.
    static func text(_ hash: [UInt8]) -> String {
        let pairs = hash.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "SHA256:" + pairs.joined(separator: ":")
    }

    /// The fingerprint of a certificate; nil without memory.
    static func text(of certificate: OpaquePointer) -> String? {
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard openssl.X509_digest(certificate, openssl.EVP_sha256(), &hash, &count) == 1 else { return nil }
        return text(Array(hash.prefix(Int(count))))
    }
}
