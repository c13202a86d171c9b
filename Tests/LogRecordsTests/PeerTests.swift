import LogRecords
import Testing

@Suite struct PeerTests {
    @Test(arguments: [
        (Peer.internet(address: "127.0.0.1", port: 40000), "127.0.0.1:40000"),
        (.internet(address: "::1", port: 1), "[::1]:1"),
        (.internet(address: "fe80::1%eth0", port: 65535), "[fe80::1%eth0]:65535"),
        (.unix(pid: 10, uid: 0, gid: 4_294_967_295), "unix:pid=10,uid=0,gid=4294967295"),
        (.unixPath("/run/x.sock"), "unix:/run/x.sock"),
        (.unixPath(""), "unix"),
    ])
    func description(peer: Peer, text: String) {
        #expect(peer.description == text)
        #expect(Origin(protocolName: "hello", listener: "main", peer: peer, connection: nil).peerText == text)
    }

    @Test func withoutAPeerTheTextIsEmpty() {
        let origin = Origin(protocolName: "hello", listener: "main", peer: nil, connection: 3)
        #expect(origin.peerText.isEmpty)
        #expect(origin.isLocal)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.255.254", true), ("::1", true), ("::ffff:127.0.0.1", true), ("", false),
        ("128.0.0.1", false), ("12.127.0.1", false), ("1.127.0.1", false), ("10.9.8.7", false), ("0.0.0.0", false),
        ("::", false), ("::11", false), ("::ffff:10.0.0.1", false), ("fe80::1%2", false), ("2001:db8::127", false),
    ])
    func onlyLoopbackAddressesAreOfThisHost(address: String, isLocal: Bool) {
        let peer = Peer.internet(address: address, port: 1)
        #expect(peer.isLocal == isLocal)
        #expect(Origin(protocolName: "syslog", listener: "main", peer: peer, connection: 1).isLocal == isLocal)
    }

    @Test func unixSocketsAreOfThisHost() {
        for peer in [Peer.unix(pid: 1, uid: 0, gid: 0), .unixPath("/run/x.sock"), .unixPath("")] {
            #expect(peer.isLocal)
        }
    }
}
