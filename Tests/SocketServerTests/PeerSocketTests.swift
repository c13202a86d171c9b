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
        #expect(peer(of: try name(address, port: 40000))?.description == text)
    }

    @Test func theLargestPort() throws {
        #expect(peer(of: try name("10.0.0.1", port: 65535)) == .internet(address: "10.0.0.1", port: 65535))
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

    /// Each family's address is read from as many bytes as it has, or not at all.
    @Test(arguments: ["127.0.0.1", "::1"]) func everyTruncation(address: String) throws {
        let whole = try name(address, port: 1)
        let enough = address.contains(":") ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        for count in 0...whole.count {
            let peer = peer(of: Array(whole[..<count]))
            #expect((peer != nil) == (count >= enough), "\(count) bytes")
        }
    }

    @Test func otherFamiliesHaveNone() {
        let (unix, length) = Client.name("/run/x.sock")
        let bytes = withUnsafeBytes(of: unix) { Array($0.prefix(Int(length))) }
        #expect(peer(of: bytes) == nil)
        #expect(peer(of: [UInt8](repeating: 0, count: 128)) == nil)
        #expect(peer(of: [UInt8](repeating: 255, count: 128)) == nil)
    }

    @Test func unixPeersAreKnownByTheirCredentials() throws {
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer { for socket in pair { close(socket) } }
        #expect(Peer(credentialsOf: pair[0]) == .unix(pid: getpid(), uid: getuid(), gid: getgid()))
        #expect(Peer(credentialsOf: -1) == .unixPath(""))
    }

    private func peer(of name: [UInt8]) -> Peer? {
        name.withUnsafeBytes { Peer($0) }
    }

    /// A socket address as the kernel writes it.
    private func name(_ address: String, port: UInt16) throws -> [UInt8] {
        if address.contains(":") {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            try #require(inet_pton(AF_INET6, address, &name.sin6_addr) == 1)
            return withUnsafeBytes(of: name) { Array($0) }
        }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        try #require(inet_pton(AF_INET, address, &name.sin_addr) == 1)
        return withUnsafeBytes(of: name) { Array($0) }
    }
}
