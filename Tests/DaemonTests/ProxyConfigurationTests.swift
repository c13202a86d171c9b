import Daemon
import SocketServer
import TestSupport
import Testing

@Suite struct ProxyConfigurationTests: ConfigurationSuite {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func listener(_ lines: String) -> String {
        "[[listener]]\nname = 'a'\nprotocol = 'syslog'\n\(lines)\n"
    }

    @Test(arguments: [
        "'192.0.2.1 10.0.0.0/8 unix'", "'192.0.2.1,10.0.0.0/8,unix'", "['unix', '192.0.2.1', '10.0.0.0/8']",
    ])
    func trustedProxiesAreAListOrAText(value: String) throws {
        let file = listener("proxy_protocol = true\ntrusted_proxies = \(value)")
        let prefixes = ["192.0.2.1", "10.0.0.0/8"].compactMap { AddressPrefix($0) }
        let expected = ProxyTrust(trustsUnix: true, prefixes: prefixes)
        #expect(try load(file).listeners.first?.trustedProxies == expected)
    }

    @Test(arguments: [
        (
            "proxy_protocol = true",
            "listener[1].proxy_protocol: needs trusted_proxies: the addresses of the proxies that may connect"
        ),
        ("trusted_proxies = 'unix'", "listener[1].trusted_proxies: has no effect without proxy_protocol = true"),
        (
            "proxy_protocol = true\ntrusted_proxies = ['lb.example.com']",
            "listener[1].trusted_proxies: \"lb.example.com\" is no prefix of addresses; "
                + "write it like 10.0.0.0/8, 2001:db8::1 or unix"
        ),
        (
            "proxy_protocol = true\ntrusted_proxies = 'unix'\naddress = 'udp:127.0.0.1:1'",
            "listener[1].proxy_protocol: is for streams, and udp:127.0.0.1:1 is none"
        ),
    ])
    func mistakesAreNamed(lines: String, problem: String) {
        #expect(problems(listener(lines)) == [problem])
    }
}
