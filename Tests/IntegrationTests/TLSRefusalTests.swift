import Foundation
import TestSupport
import Testing

/// Clients that may not connect to a listener with TLS, and the line that an operator reads.
@Suite struct TLSRefusalTests {
    private static let failed = "TLS handshake with PEER failed: "

    @Test(arguments: [
        (nil, "it sent no certificate, and the listener requires one (peer did not return a certificate)"),
        ("stranger", "its certificate is not accepted: unable to get local issuer certificate"),
        ("expired", "its certificate is not accepted: certificate has expired"),
    ])
    func certificate(client: String?, reason: String) throws {
        let host = try TLSHost("syslog", try TLSHost.requiringClients())
        try host.connect(as: client)
        #expect(try host.messages(of: "tls-handshake-failed") == [Self.failed + reason])
        #expect(!host.daemon.log.contains("connection-established"))
    }

    @Test func nameThatIsNotAllowed() throws {
        let allowed = "tls_allowed_clients = ['*.example.com', 'web1']"
        let host = try TLSHost("syslog", try TLSHost.requiringClients(), allowed)
        try host.connect(as: "other-client")
        let line = try #require(try host.messages(of: "tls-handshake-failed").first)
        #expect(
            line.hasPrefix(
                Self.failed + "its certificate is none of those that may connect: its names are db1.example.org; "
                    + "its fingerprint is SHA256:"
            )
        )
    }

    /// The listener takes the host of messages from it.
    @Test func certificateWithoutAName() throws {
        let host = try TLSHost("syslog", try TLSHost.requiringClients(), "tls_client_host = true")
        try host.connect(as: "nameless")
        let reason = "its certificate has no name that could be the host of its messages"
        #expect(try host.messages(of: "tls-handshake-failed") == [Self.failed + reason])
    }

    @Test func oldVersion() throws {
        let host = try TLSHost("syslog")
        try host.connect(as: nil, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
        let reason = "it offers no TLS version that the listener takes, which are 1.2 and 1.3 (unsupported protocol)"
        #expect(try host.messages(of: "tls-handshake-failed") == [Self.failed + reason])
    }

    /// The client looks at the listener's certificate.
    @Test(arguments: [
        ("server", "other-ca", "unknown CA"), ("expired-server", "ca", "certificate expired"),
    ])
    func clientDoesNotAccept(server: String, authority: String, alert: String) throws {
        let host = try TLSHost("syslog", server: server)
        let file = host.certificates.certificate(authority)
        try host.connect(as: nil, "-CAfile", file, "-verify_return_error")
        let reason =
            "it ended the session with the alert \"\(alert)\", so it does not accept the listener's certificate"
        #expect(try host.messages(of: "tls-handshake-failed") == [Self.failed + reason])
    }

    @Test func plainText() throws {
        let host = try TLSHost("syslog")
        let client = try TestSocket(to: "tcp:127.0.0.1:\(host.port)")
        try client.send("<14>plain\n")
        #expect(throws: TestSocket.Failure.self) { try client.receive() }
        let line =
            "Plain text on a TLS listener: PEER sent no TLS to listener secure, but \"<14>plain\\n\"; "
            + "turn TLS on in the sender, or send to a listener without TLS"
        #expect(try host.messages(of: "tls-handshake-failed") == [line])
    }

    /// As health checks do.
    @Test(arguments: [false, true]) func silentConnectionIsNoWarning(isReset: Bool) throws {
        let host = try TLSHost("syslog")
        let client = try TestSocket(to: "tcp:127.0.0.1:\(host.port)")
        if isReset { client.reset() } else { client.close() }
        #expect(try host.messages(of: "connection-closed") == ["Connection closed by PEER before its TLS handshake"])
        #expect(try host.messages(of: "tls-handshake-failed", awaiting: 0) == [])
    }

    /// Of many, as of other connections: 128 at once on each thread, and a count of the rest.
    @Test func manySilentConnectionsAreCounted() throws {
        let host = try TLSHost("syslog")
        for _ in 0..<600 { try TestSocket(to: "tcp:127.0.0.1:\(host.port)").close() }
        #expect(eventually { host.daemon.log.contains(" more connections from 127.0.0.1 established and closed") })
        #expect(host.daemon.stop() == 0)
        let messages = try host.messages(of: "connection-closed")
        let counted = messages.compactMap { $0.firstMatch(of: #/^(\d+) more connections from/#).flatMap { Int($0.1) } }
        let recorded = messages.count { $0.hasSuffix("before its TLS handshake") }
        #expect(recorded >= 128 && recorded < 600)
        #expect(recorded + counted.reduce(0, +) == 600)
    }
}
