import COpenSSL
import Glibc

/// When a certificate is valid, in seconds since 1970.
package struct CertificateValidity: Sendable, Equatable {
    package let begins: Int
    package let ends: Int

    package init(begins: Int, ends: Int) {
        self.begins = begins
        self.ends = ends
    }

    /// Reads a certificate; nil where its times make no sense.
    init?(_ certificate: OpaquePointer) {
        guard let begins = Self.seconds(openssl.X509_get0_notBefore(certificate)),
            let ends = Self.seconds(openssl.X509_get0_notAfter(certificate))
        else { return nil }
        self.begins = begins
        self.ends = ends
    }

    /// Why the certificate is of no use at a time; nil where it is.
    package func fault(at now: Int) -> String? {
        if now > ends { return "it has expired on \(Self.date(ends))" }
        if now < begins { return "it is not valid before \(Self.date(begins))" }
        return nil
    }

    /// The day on which it ends, in UTC.
    package var endDate: String { Self.date(ends) }

    private static func date(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int? {
        var parts = tm()
        guard openssl.ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return timegm(&parts)
    }
}
