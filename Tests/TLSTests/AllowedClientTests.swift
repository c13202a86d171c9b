import TLS
import Testing

@Suite struct AllowedClientTests {
    private let client = PeerCertificate(
        subject: "CN=Web 1",
        names: ["Web 1", "web1.Example.com", "spiffe://example.com/web"],
        fingerprint: "SHA256:" + Array(repeating: "AB", count: 32).joined(separator: ":")
    )

    @Test(arguments: [
        ("web1.example.com", true), ("WEB1.EXAMPLE.COM", true), ("*.example.com", true),
        ("spiffe://example.com/web", true), ("example.com", false), ("*.com", false), ("web1.example.co", false),
        ("*.web1.example.com", false), ("eb1.example.com", false), ("spiffe://example.com/w", false),
        ("SHA256:" + String(repeating: "AB", count: 32), true), ("sha256:" + String(repeating: "ab", count: 32), true),
        ("SHA256:" + String(repeating: "AC", count: 32), false),
    ])
    func matches(text: String, expected: Bool) throws {
        let allowed = try #require(AllowedClient(text))
        #expect(allowed.matches(client) == expected)
        #expect(AllowedClient(allowed.description) == allowed)
    }

    @Test(arguments: ["", "*", "*.", "a*.example.com", "*.*.com", "two words", "SHA256:", "SHA256:AB", "a,b"])
    func malformedIsRefused(text: String) {
        #expect(AllowedClient(text) == nil)
    }

    /// A letter that is the same as an ASCII one for Unicode is not the same name.
    @Test func lookalikeDoesNotMatch() throws {
        let kelvin = PeerCertificate(subject: "", names: ["\u{212A}ey.example.com"], fingerprint: "")
        #expect(try !#require(AllowedClient("key.example.com")).matches(kelvin))
        let label = PeerCertificate(subject: "", names: [".example.com", "a.b.example.com"], fingerprint: "")
        #expect(try !#require(AllowedClient("*.example.com")).matches(label))
    }
}
