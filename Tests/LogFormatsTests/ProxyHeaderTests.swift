import LogFormats
import TestSupport
import Testing

@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)

    private func read(_ bytes: [UInt8]) throws(MessageError) -> ProxyHeader? {
        try ProxyHeader(startOf: bytes.span)
    }

    private func read(_ text: String) throws(MessageError) -> ProxyHeader? {
        try read(Array(text.utf8))
    }

    private func reason(_ bytes: [UInt8]) -> String? {
        do throws(MessageError) {
            _ = try read(bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    /// A header of version 2.
    private static func header(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 255)] + rest
    }

    private static let ipv4: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 0x9C, 0x40, 2, 2]
    private static let ipv6: [UInt8] =
        [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [1] + Array(repeating: 0, count: 15)
        + [1, 0x9C, 0x40, 2, 2]

    // MARK: version 1

    /// As HAProxy and nginx send them.
    @Test func version1NamesTheClient() throws {
        #expect(
            try read("PROXY TCP4 192.0.2.1 192.0.2.2 40000 514\r\n<13>x")?.client == .ipv4(0xC000_0201, port: 40000)
        )
        #expect(try read("PROXY TCP4 192.0.2.1 192.0.2.2 40000 514\r\n<13>x")?.size == 42)
        #expect(
            try read("PROXY TCP6 2001:db8::1 ::1 40000 514\r\n")?.client
                == .ipv6(0x2001_0DB8_0000_0000, 1, port: 40000)
        )
        #expect(try read("PROXY TCP6 ::ffff:192.0.2.1 ::1 0 65535\r\n")?.client == .ipv6(0, 0xFFFF_C000_0201, port: 0))
        let longest = "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"
        #expect(try #require(try read(longest)).client == nil)
        #expect(try #require(try read("PROXY UNKNOWN\r\n")).size == 15)
    }

    @Test(arguments: [
        "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 40000\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 40000 514 1\r\n", "PROXY TCP4 192.0.2.1  192.0.2.2 40000 514\r\n",
        "PROXY TCP4 192.0.2 192.0.2.2 40000 514\r\n", "PROXY TCP4 192.0.2.256 192.0.2.2 40000 514\r\n",
        "PROXY TCP4 192.0.2.1 x 40000 514\r\n", "PROXY TCP4 ::1 ::1 40000 514\r\n",
        "PROXY TCP6 192.0.2.1 192.0.2.2 40000 514\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 65536 514\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 040 514\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 -1 514\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 x\r\n", "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 40000 514\n", "PROXY \n", "proxy UNKNOWN\r\n", "<13>hello", "PROXYX",
        "PROXY TCP4 192.0.2.1\0 192.0.2.2 40000 514\r\n",
    ])
    func aWrongLineIsRefused(_ text: String) {
        #expect(throws: MessageError.self) { try read(text) }
    }

    @Test func aLineHasAtMost107Bytes() throws {
        let fits = "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n"
        #expect(try #require(try read(fits)).size == 107)
        #expect(try read(String(fits.dropLast().dropLast())) == nil)
        #expect(reason(Array(("PROXY UNKNOWN " + String(repeating: "x", count: 93)).utf8)) != nil)
        #expect(reason(Array(("PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n").utf8)) != nil)
    }

    @Test func anotherProtocolIsSeenAtItsFirstByte() {
        #expect(reason(Array("<".utf8)) == "the stream does not begin with a PROXY header")
        #expect(reason([0x16]) == "the stream does not begin with a PROXY header")
    }

    // MARK: version 2

    @Test func version2NamesTheClient() throws {
        #expect(try read(Self.header(0x21, 0x11, Self.ipv4))?.client == .ipv4(0xC000_0201, port: 40000))
        #expect(try read(Self.header(0x21, 0x11, Self.ipv4) + [1, 2])?.size == 28)
        #expect(try read(Self.header(0x21, 0x21, Self.ipv6))?.client == .ipv6(0x2001_0DB8_0000_0000, 1, port: 40000))
    }

    /// LOCAL is what HAProxy sends for health checks, and for clients at Unix sockets.
    @Test func withoutAnAddressThePeerOfTheConnectionCounts() throws {
        for header in [
            Self.header(0x20, 0, []), Self.header(0x20, 0x11, Self.ipv4), Self.header(0x20, 0x11, [1]),
            Self.header(0x21, 0, []), Self.header(0x21, 0x31, Array(repeating: 1, count: 216)),
        ] {
            let read = try #require(try read(header))
            #expect(read.client == nil && read.size == header.count)
        }
    }

    @Test func wrongFixedPartsAreRefused() {
        for command: UInt8 in [0x00, 0x11, 0x22, 0x2F, 0x31] {
            #expect(reason(Self.header(command, 0x11, Self.ipv4)) != nil)
        }
        for family: UInt8 in [0x13, 0x1F, 0x41, 0xF1] { #expect(reason(Self.header(0x21, family, Self.ipv4)) != nil) }
        #expect(reason(Self.header(0x21, 0x11, Array(Self.ipv4.dropLast()))) != nil)
        #expect(reason(Self.header(0x21, 0x21, Self.ipv4)) != nil)
        #expect(reason(Self.header(0x21, 0x31, Self.ipv6)) != nil)
    }

    @Test func theLengthIsBounded() throws {
        let fits = Self.header(0x21, 0x11, Self.ipv4 + [4, 0x0F, 0xE1] + Array(repeating: 0, count: 4065))
        #expect(try #require(try read(fits)).size == 4096)
        let prefix = Array(Self.header(0x21, 0x11, Self.ipv4 + Array(repeating: 0, count: 4069)).prefix(16))
        #expect(reason(prefix) == "a PROXY header of 4097 bytes; at most 4096 are read")
    }

    // MARK: TLVs

    /// The header with its checksum, of `check` and the other TLVs.
    private static func checked(_ tlvs: [UInt8]) -> [UInt8] {
        var bytes = header(0x21, 0x11, ipv4 + tlvs + [3, 0, 4, 0, 0, 0, 0])
        var register = UInt32.max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0x82F6_3B78 : register >> 1 }
        }
        let sum = ~register
        for place in 0..<4 { bytes[bytes.count - 4 + place] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * place)) }
        return bytes
    }

    @Test func unknownTLVsAreSkipped() throws {
        let tlvs: [UInt8] = [0x02, 0, 3, 1, 2, 3, 0x20, 0, 0, 0xEE, 0, 1, 9]
        #expect(try read(Self.header(0x21, 0x11, Self.ipv4 + tlvs))?.client == .ipv4(0xC000_0201, port: 40000))
        #expect(try read(Self.header(0x21, 0, tlvs))?.size == 16 + tlvs.count)
        for count in 1..<tlvs.count where ![6, 9].contains(count) {
            #expect(reason(Self.header(0x21, 0x11, Self.ipv4 + tlvs.prefix(count))) != nil)
        }
    }

    /// What HAProxy 2.6 sent with `send-proxy-v2 proxy-v2-options crc32c,unique-id`.
    @Test func theChecksumIsChecked() throws {
        let good = Self.checked([5, 0, 2, 7, 7])
        #expect(try read(good)?.client == .ipv4(0xC000_0201, port: 40000))
        // The one bit that says LOCAL rather than PROXY, and any other but those of the signature and the lengths.
        for place in Array(12..<14) + Array(16..<good.count) where ![29, 30, 34, 35].contains(place) {
            for bit in 0..<8 {
                var bad = good
                bad[place] ^= 1 << bit
                #expect(reason(bad) != nil || place == 28 || place == 33, "byte \(place), bit \(bit)")
            }
        }
        #expect(reason(Self.header(0x21, 0x11, Self.ipv4 + [3, 0, 0])) == "a PROXY header with a wrong checksum")
    }

    // MARK: splits

    @Test func everyTruncationIsIncompleteAndWhatFollowsDoesNotMatter() throws {
        for header in [
            Array("PROXY TCP4 192.0.2.1 192.0.2.2 40000 514\r\n".utf8), Array("PROXY UNKNOWN\r\n".utf8),
            Self.checked([5, 0, 2, 7, 7]), Self.header(0x20, 0, []), Self.header(0x21, 0x21, Self.ipv6),
        ] {
            for count in 0..<header.count { #expect(try read(Array(header.prefix(count))) == nil) }
            let whole = try read(header)
            #expect(try #require(whole).size == header.count)
            #expect(try read(header + Array("<13>hello\n".utf8)) == whole)
        }
    }

    @Test func randomBytesAreRefusedOrHaveASize() {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<5000 {
            var bytes = round % 2 == 0 ? Self.checked([5, 0, 2, 7, 7]) : Array("PROXY TCP6 ::1 ::2 1 2\r\n".utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard let header = try? read(bytes) else { continue }
            #expect(header.size <= bytes.count)
        }
    }
}
