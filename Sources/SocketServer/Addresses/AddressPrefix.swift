import Glibc
import LogRecords

/// The internet addresses that have their first bits in common: `10.0.0.0/8`, `2001:db8::/32`, or one address.
package struct AddressPrefix: Sendable, Hashable {
    /// The bits of an IPv4 address after those that map it into IPv6 (RFC 4291, section 2.5.5.2).
    private static let mappedBits = 96

    private let high: UInt64
    private let low: UInt64
    /// How many bits are in common, of 128.
    private let length: Int
    /// As it was written.
    package let text: String

    /// Parses an address with or without a slash and a number of bits; nil for any other text.
    ///
    /// Bits after the prefix must be zero, so that a mistake in the number does not go unnoticed.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.number(of: String(parts[0])) else { return nil }
        let unused = address.isIPv4 ? Self.mappedBits : 0
        var length = 128
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bits = Int(parts[1]),
                bits <= 128 - unused
            else { return nil }
            length = bits + unused
        }
        self.length = length
        self.text = text
        (high, low) = Self.cut((address.high, address.low), to: length)
        guard high == address.high, low == address.low else { return nil }
    }

    /// Whether an address, as `Peer` has it, begins so.
    package func contains(_ address: String) -> Bool {
        guard let number = Self.number(of: address) else { return false }
        return Self.cut((number.high, number.low), to: length) == (high, low)
    }

    private static func cut(_ address: (UInt64, UInt64), to length: Int) -> (UInt64, UInt64) {
        // A shift by 64 or more gives 0.
        (address.0 & ~(UInt64.max >> UInt64(length)), address.1 & ~(UInt64.max >> UInt64(max(0, length - 64))))
    }

    private static func number(of text: String) -> (high: UInt64, low: UInt64, isIPv4: Bool)? {
        var ipv4 = in_addr()
        if inet_pton(AF_INET, text, &ipv4) == 1 {
            return (0, 0xFFFF_0000_0000 | UInt64(UInt32(bigEndian: ipv4.s_addr)), true)
        }
        // Two words have the size of an in6_addr. A zone, as of link-local addresses, does not count.
        var ipv6: (UInt64, UInt64) = (0, 0)
        guard inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &ipv6) == 1 else { return nil }
        return (UInt64(bigEndian: ipv6.0), UInt64(bigEndian: ipv6.1), false)
    }
}
