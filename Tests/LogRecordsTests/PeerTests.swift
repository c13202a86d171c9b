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

    @Test func noPeerIsNoText() {
        #expect(Origin(protocolName: "hello", listener: "main", peer: nil, connection: 3).peerText.isEmpty)
    }
}
