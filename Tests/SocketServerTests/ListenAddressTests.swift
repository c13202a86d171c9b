import SocketServer
import TestSupport
import Testing

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("tcp:127.0.0.1:12345", ListenAddress.tcp(host: "127.0.0.1", port: 12345)),
        ("tcp:[::1]:80", .tcp(host: "::1", port: 80)),
        ("udp:0.0.0.0:0", .udp(host: "0.0.0.0", port: 0)),
        ("udp:[fe80::1]:65535", .udp(host: "fe80::1", port: 65535)),
        ("unix:/run/x.sock", .unix(path: "/run/x.sock")),
        ("unix:@name", .unix(path: "@name")),
        ("unix:/run/a:b@c", .unix(path: "/run/a:b@c")),
        ("unixgram:/run/y.sock", .unixDatagram(path: "/run/y.sock")),
    ])
    func readsAndWritesTheSameText(text: String, address: ListenAddress) throws {
        #expect(try ListenAddress(text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("tcp:*:514", "tcp:[::]:514"),
        ("udp:*:514", "udp:[::]:514"),
        ("tcp:[0:0:0:0:0:0:0:1]:80", "tcp:[::1]:80"),
        ("tcp:[FE80::A]:080", "tcp:[fe80::a]:80"),
    ])
    func equalAddressesAreEqualTexts(text: String, canonical: String) throws {
        #expect(try ListenAddress(text).description == canonical)
    }

    @Test(arguments: [
        ("", "has no tcp:, udp:, unix: or unixgram: in front"),
        ("12345", "has no tcp:, udp:, unix: or unixgram: in front"),
        ("127.0.0.1:80", "does not begin with tcp:"),
        ("http://localhost", "does not begin with tcp:"),
        ("TCP:127.0.0.1:80", "does not begin with tcp:"),
        ("tcp:", "has no port; write it like tcp:127.0.0.1:12345"),
        ("tcp:127.0.0.1", "has no port; write it like tcp:127.0.0.1:12345"),
        ("tcp:514", "has no address; write it like tcp:127.0.0.1:514, or tcp:*:514 for every address of the host"),
        ("udp:0", "has no address; write it like udp:127.0.0.1:0, or udp:*:0 for every address of the host"),
        ("tcp:127.0.0.1:", "no port from 0 to 65535"),
        ("tcp:127.0.0.1:65536", "no port from 0 to 65535"),
        ("tcp:127.0.0.1:+1", "no port from 0 to 65535"),
        ("tcp:127.0.0.1:-1", "no port from 0 to 65535"),
        ("tcp:127.0.0.1:99999999999999999999", "no port from 0 to 65535"),
        ("tcp:[::1]", "no port from 0 to 65535"),
        ("tcp::80", "has no IP address before the port"),
        ("tcp:localhost:80", "write it like tcp:127.0.0.1:80, tcp:[::1]:80 or tcp:*:80"),
        ("tcp:127.1:80", "has no IP address before the port"),
        ("tcp:256.0.0.1:80", "has no IP address before the port"),
        ("tcp:::1:80", "an IPv6 address without brackets; write it like tcp:[::1]:12345"),
        ("udp:::1:80", "an IPv6 address without brackets; write it like udp:[::1]:12345"),
        ("tcp:[]:80", "no IPv6 address in its brackets"),
        ("tcp:[127.0.0.1]:80", "no IPv6 address in its brackets"),
        ("tcp:[fe80::1%eth0]:80", "BindToDevice="),
        ("tcp:127.0.0.1\0:80", "has no IP address before the port"),
        ("unix:", "neither an absolute path nor the @"),
        ("unix:x.sock", "neither an absolute path nor the @"),
        ("unix:@", "has no name after the @"),
        ("unix:/run/", "names a directory"),
        ("unix:/run/a\0b", "has a NUL byte"),
    ])
    func saysWhatIsWrong(text: String, reason: String) {
        let error = #expect(throws: ListenAddressError.self) { try ListenAddress(text) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func pathsHaveAtMost107Bytes() throws {
        let longest = "/" + String(repeating: "x", count: 106)
        #expect(try ListenAddress("unix:" + longest) == .unix(path: longest))
        #expect(throws: ListenAddressError.self) { try ListenAddress("unix:" + longest + "x") }
        // Bytes count, not characters.
        #expect(throws: ListenAddressError.self) { try ListenAddress("unixgram:/" + String(repeating: "é", count: 54)) }
    }

    /// What is read is either an error with an example, or an address that reads as itself again.
    private func check(_ text: String) {
        do throws(ListenAddressError) {
            let address = try ListenAddress(text)
            #expect((try? ListenAddress(address.description)) == address)
        } catch {
            #expect(error.description.contains("; write it like "))
        }
    }

    @Test func everyTruncationAndRandomTextIsReadOrRefused() {
        let examples = [
            "tcp:127.0.0.1:12345", "udp:[fe80::1%eth0]:7007", "unix:@name", "unixgram:/run/é.sock", "tcp:*:1",
        ]
        for example in examples {
            let bytes = Array(example.utf8)
            for length in 0...bytes.count {
                check(String(decoding: bytes[..<length], as: UTF8.self))
            }
        }
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("tcpudpunixgram:[]*@/%.0159af:\0\u{301}é".unicodeScalars)
        for round in 0..<20_000 {
            var text = round.isMultiple(of: 2) ? ["tcp:", "udp:", "unix:"][round % 3] : ""
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
            }
            check(text)
        }
    }
}
