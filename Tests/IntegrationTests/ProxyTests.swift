import Foundation
import TestSupport
import Testing

/// Clients of real proxies are known by their own addresses.
@Suite struct ProxyTests {
    private let directory: TemporaryDirectory
    private let daemon: DaemonProcess

    init() throws {
        directory = try TemporaryDirectory()
        let file = """
            log_level = "info"
            log_format = "json"
            [[listener]]
            name = "syslog"
            protocol = "syslog"
            address = "tcp:127.0.0.1:0"
            proxy_protocol = true
            trusted_proxies = "127.0.0.1"
            [[listener]]
            name = "relp"
            protocol = "relp"
            address = "tcp:127.0.0.1:0"
            proxy_protocol = true
            trusted_proxies = "127.0.0.1"

            """
        try Data(file.utf8).write(to: directory.url.appending(path: "sockserved.toml"))
        daemon = try DaemonProcess(["--config", directory.path("sockserved.toml")], in: directory, serving: 2)
    }

    private func port(_ index: Int) throws -> Int {
        try #require(daemon.addresses[index].split(separator: ":").last.flatMap { Int($0) })
    }

    @Test(arguments: ProxyProgram.Kind.announcing)
    func clientsAreKnownByTheirAddresses(kind: ProxyProgram.Kind) throws {
        let proxy = try ProxyProgram(kind, to: port(0), in: directory)
        let client = try TestSocket(to: proxy.address)
        let name = client.name
        try client.send("<13>hello\n")
        client.endSending()
        #expect(try client.receive() == [])
        let record = try #require(try daemon.messages(awaiting: 1).first)
        #expect(record.values("message", "peer", "peer_address") == ["hello", name, "127.0.0.1"])
        #expect(record["proxy"]?.hasPrefix("127.0.0.1:") == true)
        #expect(record["proxy"] != name)
        // By then HAProxy has tried its server some times.
        usleep(500_000)
        let established = daemon.log.split(separator: "\n").count {
            $0.contains("\"event\":\"connection-established\"")
        }
        #expect(established == 1, "\(daemon.log)")
        #expect(!daemon.log.contains("Refused a connection"))
    }

    /// Its answers confirm what the end of a stream cannot, where the proxy hides a reset.
    @Test(arguments: ProxyProgram.Kind.announcing)
    func answersOfRELPGoThroughTheProxy(kind: ProxyProgram.Kind) throws {
        let proxy = try ProxyProgram(kind, to: port(1), in: directory)
        let client = try TestSocket(to: proxy.address)
        let offers = "relp_version=0\ncommands=syslog"
        try client.send("1 open \(offers.utf8.count) \(offers)\n2 syslog 9 <13>hello\n3 close 0\n")
        let answers = try client.receiveToEnd()
        #expect(answers.hasSuffix("\n2 rsp 6 200 OK\n3 rsp 0\n0 serverclose 0\n"), "\(answers)")
    }

    /// What HAProxy tells of its clients' TLS is skipped.
    @Test(.enabled(if: LogClient.python != nil && ProxyProgram.Kind.haproxyTLS.program != nil))
    func proxiesMayTellOfTLS() throws {
        let proxy = try ProxyProgram(.haproxyTLS, to: port(0), in: directory)
        let port = try #require(proxy.address.split(separator: ":").last)
        let certificates = try Certificates.shared.get().path
        let client = [LogClient.script("tls-client"), certificates, "127.0.0.1", "\(port)", "send", "<13>hello\n"]
        #expect(try BuiltProgram.run("/usr/bin/python3", client, in: directory).output == "confirmed\n")
        let record = try #require(try daemon.messages(awaiting: 1).first)
        #expect(record.values("message", "peer_address", "tls_version") == ["hello", "127.0.0.1", nil])
        #expect(record["proxy"] != record["peer"])
        #expect(!daemon.log.contains("Refused a connection"))
    }
}
