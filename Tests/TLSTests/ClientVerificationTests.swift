import COpenSSL
import TLS
import TestSupport
import Testing

/// Which clients are let in, and what is known of them.
@Suite struct ClientVerificationTests {
    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    private func end(
        _ client: String?,
        _ version: Int32,
        _ mode: TLSOptions.ClientMode = .require
    ) throws -> Conversation {
        let talk = try Conversation(
            TLSClient(Conversation.client(client, version: version)),
            Conversation.verifyingContext(mode)
        )
        talk.run()
        return talk
    }

    @Test(arguments: versions) func verifiedClientIsKnown(version: Int32) throws {
        let talk = try end("client", version)
        let certificate = try #require(talk.peerCertificate)
        #expect(certificate.subject == "CN=web1.example.com,O=Example\\, Inc.")
        #expect(
            certificate.names == ["web1.example.com", "web1.internal", "spiffe://example.com/web"]
        )
        let command = try BuiltProgram.run(
            "/usr/bin/openssl",
            ["x509", "-noout", "-fingerprint", "-sha256", "-in", try Certificates.shared.get().certificate("client")],
            in: TemporaryDirectory()
        )
        let expected = try #require(command.output.split(separator: "=").last)
        #expect(certificate.fingerprint + "\n" == "SHA256:" + expected)
    }

    /// The client sends the certificate of the authority that signed its own, and another one does not help.
    @Test(arguments: versions) func chainIsVerified(version: Int32) throws {
        let talk = try end("chained", version)
        #expect(talk.peerCertificate?.names == ["web2.example.com"])
        talk.client.write(Array("message".utf8))
        talk.client.writeCloseNotify()
        talk.run()
        #expect(talk.plaintext == Array("message".utf8) && talk.end == .closed)
        var options = try Conversation.client("stranger", version: version)
        options.chain = try Certificates.shared.get().certificate("intermediate")
        let refused = try Conversation(TLSClient(options), Conversation.verifyingContext())
        refused.run()
        #expect(!refused.isEstablished)
    }

    @Test(arguments: versions) func othersAreRefused(version: Int32) throws {
        let refused: [(String?, String)] = [
            (nil, "it sent no certificate, and the listener requires one (peer did not return a certificate)"),
            ("stranger", "its certificate is not accepted: unable to get local issuer certificate"),
            ("expired", "its certificate is not accepted: certificate has expired"),
        ]
        for (client, reason) in refused {
            let talk = try end(client, version)
            #expect(talk.end == .failed(TLSFailure(reason)))
            #expect(!talk.isEstablished)
            #expect(talk.peerCertificate == nil)
            // The client learns of it by an alert.
            #expect(talk.client.failure != nil)
        }
    }

    @Test func certificateMayBeOptional() throws {
        let anonymous = try end(nil, TLS1_3_VERSION, .request)
        #expect(anonymous.isEstablished)
        #expect(anonymous.peerCertificate == nil)
        #expect(try end("client", TLS1_3_VERSION, .request).peerCertificate != nil)
        #expect(try !end("stranger", TLS1_3_VERSION, .request).isEstablished)
    }

    /// One that was not asked for is not shown.
    @Test func unaskedCertificateIsUnknown() throws {
        let talk = try Conversation(TLSClient(Conversation.client("stranger")), TLSContext(Conversation.options()))
        talk.run()
        #expect(talk.isEstablished)
        #expect(talk.peerCertificate == nil)
    }

    @Test func oldVersionIsRefused() throws {
        let talk = try end("client", TLS1_1_VERSION)
        let reason = "it offers no TLS version that the listener takes, which are 1.2 and 1.3 (unsupported protocol)"
        #expect(talk.end == .failed(TLSFailure(reason)))
    }

    /// The other way round: the client does not accept the listener's certificate.
    @Test(arguments: [
        ("server", "other-ca", "localhost", "unknown CA"), ("expired-server", "ca", "localhost", "certificate expired"),
        ("server", "ca", "other.example.com", "bad certificate"),
    ])
    func clientsRefusalIsNamed(server: String, authority: String, name: String, alert: String) throws {
        var options = TLSClient.Options()
        options.serverCA = try Certificates.shared.get().certificate(authority)
        options.name = name
        let talk = try Conversation(TLSClient(options), TLSContext(Conversation.options(server)))
        talk.run()
        let reason =
            "it ended the session with the alert \"\(alert)\", so it does not accept the listener's certificate"
        #expect(talk.end == .failed(TLSFailure(reason)))
    }
}
