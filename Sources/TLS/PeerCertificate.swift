import COpenSSL

/// The names of the owner of a verified certificate.
package struct PeerCertificate: Sendable, Equatable {
    /// The subject in the form of RFC 4514, such as `CN=web1,O=Example`; empty where it has none.
    package let subject: String
    /// The subject's common name, then the alternative names that are DNS names or URIs (RFC 5280, section 4.2.1.6), each
    /// once.
    package let names: [String]
    /// `SHA256:` and the hash of the certificate.
    package let fingerprint: String

    package init(subject: String, names: [String], fingerprint: String) {
        self.subject = subject
        self.names = names
        self.fingerprint = fingerprint
    }

    /// Reads a certificate; nil without memory.
    init?(_ certificate: OpaquePointer) {
        guard let fingerprint = Fingerprint.text(of: certificate) else { return nil }
        self.fingerprint = fingerprint
        subject = Self.subject(of: certificate)
        var names = [Self.commonName(of: certificate)].compactMap { $0 }
        for name in Self.alternativeNames(of: certificate) where !names.contains(name) { names.append(name) }
        self.names = names
    }

    private static func subject(of certificate: OpaquePointer) -> String {
        guard let output = openssl.BIO_new(openssl.BIO_s_mem()) else { return "" }
        defer { _ = openssl.BIO_free(output) }
        guard copenssl_print_subject(output, certificate) >= 0 else { return "" }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = copenssl_output(output, &bytes)
        return text(UnsafeRawPointer(bytes), count) ?? ""
    }

    private static func commonName(of certificate: OpaquePointer) -> String? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = copenssl_common_name(certificate, &bytes)
        defer { copenssl_free(bytes) }
        return text(UnsafeRawPointer(bytes), Int(count))
    }

    private static func alternativeNames(of certificate: OpaquePointer) -> [String] {
        guard let names = copenssl_alternative_names(certificate) else { return [] }
        defer { openssl.GENERAL_NAMES_free(names) }
        var found: [String] = []
        for kind in [GEN_DNS, GEN_URI] {
            for index in 0..<copenssl_count(names) {
                var count: Int32 = 0
                guard let bytes = copenssl_name(names, index, kind, &count) else { continue }
                if let name = text(UnsafeRawPointer(bytes), Int(count)) { found.append(name) }
            }
        }
        return found
    }

    /// The text; nil where it is empty or has control characters, by which a name could pass for another one.
    private static func text(_ bytes: UnsafeRawPointer?, _ count: Int) -> String? {
        guard let bytes, count > 0 else { return nil }
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
        guard buffer.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(decoding: buffer, as: UTF8.self)
    }
}
