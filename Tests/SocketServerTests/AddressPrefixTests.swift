import LogRecords
import Testing

@testable import SocketServer

@Suite struct AddressPrefixTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.255", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("::/0", "2001:db8::1", true), ("::1", "::1", true), ("fe80::/10", "fe80::1%2", true),
        ("2001:db8::/96", "2001:db8::ffff:ffff", true), ("2001:db8::/96", "2001:db8::1:0:0", false),
        ("::ffff:192.0.2.0/120", "192.0.2.7", true), ("10.0.0.0/8", "nonsense", false),
    ])
    func addressesBeginWithIt(_ prefix: String, _ address: String, _ isContained: Bool) throws {
        #expect(try #require(AddressPrefix(prefix)).contains(address) == isContained)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129",
        "2001:db8::1/64", "proxy.example.com", "10.0.0.0/ 8", "10.0.0.0/+8",
    ])
    func otherTextIsNone(_ text: String) {
        #expect(AddressPrefix(text) == nil)
    }

    @Test func proxiesAreTrustedByAddressOrAsUnixSockets() throws {
        let trust = ProxyTrust(trustsUnix: false, prefixes: [try #require(AddressPrefix("192.0.2.0/24"))])
        #expect(trust.contains(.internet(address: "192.0.2.7", port: 1)))
        #expect(!trust.contains(.internet(address: "198.51.100.1", port: 1)))
        #expect(!trust.contains(.unix(pid: 1, uid: 0, gid: 0)))
        #expect(ProxyTrust(trustsUnix: true, prefixes: []).contains(.unix(pid: 1, uid: 0, gid: 0)))
    }
}
