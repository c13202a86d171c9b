import Foundation
import LogRecords
import Testing

@testable import SocketServer

@Suite struct PeerSocketTests {
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
        #expect(try peer(address, 40000).description == text)
    }

    /// The peer with an address as the kernel would write it.
    private func peer(_ text: String, _ port: UInt16) throws -> Peer {
        if text.contains(":") {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            try #require(inet_pton(AF_INET6, text, &address.sin6_addr) == 1)
            return try #require(withUnsafeBytes(of: &address) { Peer($0) })
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        try #require(inet_pton(AF_INET, text, &address.sin_addr) == 1)
        return try #require(withUnsafeBytes(of: &address) { Peer($0) })
    }

    @Test func theLargestPort() throws {
        #expect(try peer("10.0.0.1", 65535) == .internet(address: "10.0.0.1", port: 65535))
    }

    @Test func truncatedAddressesAndOtherFamiliesAreNotPeers() {
        for family in [AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC] {
            var storage = [UInt16](repeating: 0, count: 64)
            storage[0] = UInt16(family)
            let enough = family == AF_INET ? 16 : family == AF_INET6 ? 28 : Int.max
            storage.withUnsafeBytes { bytes in
                for count in 0...bytes.count {
                    let peer = Peer(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                    #expect((peer != nil) == (count >= enough), "\(count) bytes of family \(family)")
                }
            }
        }
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

    @Test func unixPeersAreTheirProcesses() throws {
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer { for descriptor in pair { close(descriptor) } }
        #expect(Peer(credentialsOf: pair[0]) == .unix(pid: getpid(), uid: getuid(), gid: getgid()))
        #expect(Peer(credentialsOf: -1) == .unixPath(""))
    }
}
