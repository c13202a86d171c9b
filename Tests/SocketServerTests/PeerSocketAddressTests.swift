import Foundation
import LogRecords
import NIOCore
import Testing

@testable import SocketServer

@Suite struct PeerSocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:40000"),
        ("255.255.255.255", "255.255.255.255:40000"),
        ("::1", "[::1]:40000"),
        ("2001:db8:0:0:0:0:0:1", "[2001:db8::1]:40000"),
        ("2001:db8:1111:2222:3333:4444:5555:6666", "[2001:db8:1111:2222:3333:4444:5555:6666]:40000"),
        ("::ffff:192.0.2.7", "192.0.2.7:40000"),
        ("::ffff:0.0.0.0", "0.0.0.0:40000"),
        // Looks alike, and is none.
        ("::192.0.2.7", "[::192.0.2.7]:40000"),
        ("::ffff:0:c000:207", "[::ffff:0:c000:207]:40000"),
    ])
    func internetAddresses(address: String, text: String) throws {
        #expect(Peer(try SocketAddress(ipAddress: address, port: 40000)).description == text)
    }

    @Test func theLargestPort() throws {
        let address = try SocketAddress(ipAddress: "10.0.0.1", port: 65535)
        #expect(Peer(address) == .internet(address: "10.0.0.1", port: 65535))
    }

    @Test func linkLocalAddressesNameTheirInterface() {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = UInt16(7).bigEndian
        inet_pton(AF_INET6, "fe80::1", &address.sin6_addr)
        #expect(Peer(address) == .internet(address: "fe80::1", port: 7))
        address.sin6_scope_id = 3
        #expect(Peer(address) == .internet(address: "fe80::1%3", port: 7))
    }

    @Test func unixPaths() throws {
        #expect(Peer(try SocketAddress(unixDomainSocketPath: "/run/x.sock")) == .unixPath("/run/x.sock"))
    }
}
