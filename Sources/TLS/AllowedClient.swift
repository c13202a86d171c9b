/// One entry of the list of clients that may connect: a name or a fingerprint.
package enum AllowedClient: Sendable, Equatable {
    /// A name in lower case, or after a leading `*.` the names below a domain.
    case name(String)
    /// The SHA-256 of a certificate, in the form of `PeerCertificate.fingerprint`.
    case fingerprint(String)

    private static let prefix = "SHA256:"

    /// Parses a name, `*.` and a domain, or `SHA256:` and 64 hexadecimal digits, with colons between pairs or without.
    ///
    /// - Returns: nil when it is none of them.
    package init?(_ text: String) {
        guard text.uppercased().hasPrefix(Self.prefix) else {
            let isPlain = text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: ",") }
            let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
            guard isPlain, !name.isEmpty, !name.utf8.contains(UInt8(ascii: "*")) else { return nil }
            self = .name(String(decoding: Self.lowered(text), as: UTF8.self))
            return
        }
        let digits = text.dropFirst(Self.prefix.utf8.count).utf8.filter { $0 != UInt8(ascii: ":") }
        let bytes = stride(from: 0, to: digits.count &- 1, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
        }
        guard digits.count == 64, bytes.count == 32 else { return nil }
        self = .fingerprint(Fingerprint.text(bytes))
    }

    /// Whether a verified certificate is the client's.
    ///
    /// A `*` stands for one label, the leftmost one (RFC 9525, section 6.3); names are compared without regard to the case
    /// of ASCII letters.
    package func matches(_ certificate: PeerCertificate) -> Bool {
        switch self {
        case .fingerprint(let fingerprint): certificate.fingerprint == fingerprint
        case .name(let pattern): certificate.names.contains { Self.matches(pattern, $0) }
        }
    }

    /// Compares bytes: texts are also equal where only Unicode says so.
    private static func matches(_ pattern: String, _ name: String) -> Bool {
        let name = lowered(name)
        guard pattern.hasPrefix("*.") else { return name.elementsEqual(pattern.utf8) }
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { return false }
        return name[dot...].elementsEqual(pattern.utf8.dropFirst())
    }

    private static func lowered(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }
}

extension AllowedClient: CustomStringConvertible {
    /// The form that is parsed.
    package var description: String {
        switch self {
        case .name(let name): name
        case .fingerprint(let fingerprint): fingerprint
        }
    }
}
