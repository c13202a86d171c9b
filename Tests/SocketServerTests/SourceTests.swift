import LogRecords
import TestSupport
import Testing

@testable import SocketServer

@Suite struct SourceTests {
    private func source(_ address: String, port: UInt16 = 1) -> Source {
        Source(.internet(address: address, port: port))
    }

    @Test func anIPv4AddressCountsWhateverItsPort() {
        #expect(source("192.0.2.1", port: 1) == source("192.0.2.1", port: 2))
        #expect(source("192.0.2.1") != source("192.0.2.2"))
        #expect(source("192.0.2.1") == .ipv4(0xC000_0201))
        for address in ["0.0.0.0", "127.0.0.1", "255.255.255.255", "10.20.30.40"] {
            #expect("\(source(address))" == address)
        }
    }

    @Test func anIPv6AddressCountsByItsNetwork() {
        #expect(source("2001:db8:1:2::1") == source("2001:db8:1:2:ffff:ffff:ffff:ffff"))
        #expect(source("2001:db8:1:2::1") != source("2001:db8:1:3::1"))
        #expect("\(source("2001:db8:1:2::1"))" == "2001:db8:1:2::/64")
        #expect("\(source("::1"))" == "::/64")
        #expect(source("fe80::1%3") == source("fe80::2%4"))
        #expect("\(source("fe80::1%3"))" == "fe80::/64")
    }

    @Test func aUserCountsWhateverItsProcess() {
        #expect(Source(.unix(pid: 1, uid: 1000, gid: 1)) == Source(.unix(pid: 2, uid: 1000, gid: 2)))
        #expect(Source(.unix(pid: 1, uid: 1000, gid: 1)) != Source(.unix(pid: 1, uid: 1001, gid: 1)))
        #expect("\(Source(.unix(pid: 1, uid: 1000, gid: 1)))" == "user 1000")
        #expect(Source(.unix(pid: 1, uid: 1, gid: 1)) != source("0.0.0.1"))
    }

    @Test(arguments: [
        "", "a", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.1000", "1.2.3.4 ",
        "1.2.3.99999999999999999999", "-1.2.3.4", "1.2.3.٤", ":", "::g", "1::2::3", "%", "\u{0}::1",
    ])
    func whatIsNoAddressIsUnknown(text: String) {
        #expect(source(text) == .unknown)
    }

    @Test func anyTextIsASource() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<20, using: &random)).map { _ in
                Array("0123456789abcdef.:%\u{0}é".utf8).randomElement(using: &random) ?? 0
            }
            _ = source(String(decoding: bytes, as: UTF8.self)).description
        }
        #expect(Source(nil) == .unknown)
        #expect(Source(.unixPath("/x")) == .unknown)
    }
}
