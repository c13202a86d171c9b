import TLS
import TestSupport
import Testing

/// The files of a listener, and what is said of those that cannot be used.
@Suite struct TLSContextTests {
    private let certificates: Certificates

    init() throws {
        certificates = try Certificates.shared.get()
    }

    private func error(_ options: TLSOptions) -> String? {
        do throws(TLSError) {
            _ = try TLSContext(options)
            return nil
        } catch {
            return error.description
        }
    }

    private func options(_ certificate: String, key: String? = nil) -> TLSOptions {
        TLSOptions(certificate: certificates.certificate(certificate), key: certificates.key(key ?? certificate))
    }

    @Test func goodFilesAreRead() {
        #expect(error(options("server")) == nil)
    }

    @Test func missingFilesAreNamed() {
        let missing = options("no")
        let reason = "No such file or directory"
        let advice = "it must be PEM, the listener's own one first"
        #expect(error(missing) == "cannot read the certificate \(missing.certificate): \(reason); \(advice)")
        let key = options("server", key: "no")
        let path = certificates.certificate("server")
        #expect(
            error(key)
                == "cannot read the key \(key.key): \(reason); it must be the key of \(path), as PEM and without a passphrase"
        )
    }

    @Test(arguments: [
        ("server", "client", "key values mismatch"), ("server", "weak", "it is of another kind than the certificate's"),
        ("server", "encrypted", "interrupted or cancelled"), ("weak", "weak", "ee key too small"),
    ])
    func unfitFilesAreNamed(certificate: String, key: String, reason: String) throws {
        let text = try #require(error(options(certificate, key: key)))
        #expect(text.contains(": \(reason); it must be "), "\(text)")
    }

    @Test func fileOfAnotherKindIsNamed() throws {
        let swapped = TLSOptions(certificate: certificates.key("server"), key: certificates.certificate("server"))
        #expect(try #require(error(swapped)).contains(": no start line; it must be PEM"))
    }

    @Test func authorityIsNeededWhereClientsAreVerified() throws {
        var options = options("server")
        options.clients = .require
        #expect(
            error(options) == "cannot verify clients: no file with the certificates of their CA is given"
        )
        options.clientCA = "/nonexistent"
        let reason = "No such file or directory; it must be one or more certificates in PEM"
        #expect(error(options) == "cannot read the CA of clients /nonexistent: \(reason)")
        options.clientCA = certificates.key("ca")
        #expect(try #require(error(options)).hasPrefix("cannot read the CA of clients"))
    }

    /// An expired certificate can be read: whether it is to be used is the caller's decision.
    @Test func validityIsKnown() throws {
        let expired = try TLSContext(options("expired-server")).validity
        #expect(expired.fault(at: expired.ends + 1) == "it has expired on \(expired.endDate)")
        let good = try TLSContext(options("server")).validity
        #expect(good.fault(at: good.begins) == nil)
        #expect(good.fault(at: good.ends) == nil)
        #expect(good.ends - good.begins == 2 * 86_400)
        #expect(try #require(good.fault(at: good.begins - 1)).hasPrefix("it is not valid before 20"))
    }
}
