import Foundation
import TestSupport
import Testing

/// TLS from end to end through real proxies: what the end of a stream says goes through them.
@Suite(.enabled(if: LogClient.python != nil, "skipped: python3 is not installed"))
struct TLSProxyTests {
    private static let isThere = ProxyProgram.Kind.haproxyAlone.program != nil

    private func host(trusting proxies: String? = "127.0.0.1") throws -> TLSHost {
        let trust = proxies.map { "proxy_protocol = true\ntrusted_proxies = '\($0)'" }
        return try TLSHost("syslog", try TLSHost.requiringClients(), trust ?? "")
    }

    /// Waits until the proxy has tried its server some times; that made no record.
    private func expectSilentChecks(_ host: TLSHost) {
        usleep(500_000)
        #expect(!host.daemon.log.contains("tls-handshake-failed"), "\(host.daemon.log)")
    }

    @Test(arguments: ProxyProgram.Kind.announcing)
    func clientIsKnownByAddressAndCertificate(kind: ProxyProgram.Kind) throws {
        let host = try host()
        let proxy = try ProxyProgram(kind, to: #require(Int(host.port)), in: host.directory)
        let outcome = try host.run("introduce", "<14>hello\n", through: proxy)
        #expect(outcome.last == "confirmed")
        let record = try #require(try host.daemon.messages(awaiting: 1).first)
        #expect(record.values("message", "peer") == ["hello", outcome.first.map(String.init)])
        #expect(record["proxy"]?.hasPrefix("127.0.0.1:") == true)
        #expect(record["proxy"] != record["peer"])
        #expect(record["tls_names"]?.hasPrefix(#"["web1.example.com","#) == true)
        expectSilentChecks(host)
    }

    /// Without a PROXY header, the peer is the proxy.
    @Test(.enabled(if: isThere, "skipped: HAProxy is not there: make deps-test"))
    func proxyWithoutHeaderHidesOnlyTheAddress() throws {
        let host = try host(trusting: nil)
        let proxy = try ProxyProgram(.haproxyAlone, to: #require(Int(host.port)), in: host.directory)
        let outcome = try host.run("introduce", "<14>hello\n", through: proxy)
        #expect(outcome.last == "confirmed")
        let record = try #require(try host.daemon.messages(awaiting: 1).first)
        #expect(record["peer"]?.hasPrefix("127.0.0.1:") == true)
        #expect(record["peer"] != outcome.first.map(String.init))
        #expect(record.values("message", "proxy") == ["hello", nil])
        #expect(record["tls_names"]?.hasPrefix(#"["web1.example.com","#) == true)
        expectSilentChecks(host)
    }

    /// HAProxy makes an orderly end of a reset; without close_notify it is none for the client.
    @Test(.enabled(if: isThere, "skipped: HAProxy is not there: make deps-test"), arguments: [true, false])
    func endOfAKilledDaemonConfirmsNothing(hasHeader: Bool) throws {
        let host = try host(trusting: hasHeader ? "127.0.0.1" : nil)
        let kind = hasHeader ? ProxyProgram.Kind.haproxyV2 : .haproxyAlone
        let proxy = try ProxyProgram(kind, to: #require(Int(host.port)), in: host.directory)
        let outcome = try host.run("widow", "<14>hello\n", "\(host.daemon.pid)", through: proxy)
        // Versions of Python have different errors for it.
        #expect(outcome.count == 1 && outcome != ["confirmed"], "\(outcome)")
    }

    /// TLS without the header that the listener waits for is refused before its handshake.
    @Test func missingHeaderIsRefused() throws {
        let host = try host()
        try host.connect(as: "client")
        #expect(eventually { host.daemon.log.contains("PROXY") })
        #expect(try host.daemon.messages().isEmpty)
    }
}
