import Glibc
import Linux
import LogRecords

/// A sender as limits know it, whatever its port or process: integers, so that it is cheap to compare and to hash.
///
/// A host has one IPv4 address, but any address of an IPv6 network of 64 bits (RFC 4291, section 2.5.1; RFC 8981), so
/// these count as one.
enum Source: Hashable {
    /// An IPv4 address, also where it is mapped into IPv6.
    case ipv4(UInt32)
    /// The first 64 bits of an IPv6 address.
    case ipv6(UInt64)
    /// The user of a process on this host.
    case user(UInt32)
    case unknown
    /// All for which there is no place in a table.
    case others

    init(_ peer: Peer?) {
        switch peer {
        case .internet(let address, _): self.init(address: address)
        case .unix(_, let uid, _): self = .user(uid)
        case .unixPath, nil: self = .unknown
        }
    }

    private init(address: String) {
        if let number = Self.ipv4(address) {
            self = .ipv4(number)
        } else if let network = Self.ipv6Network(address) {
            self = .ipv6(network)
        } else {
            self = .unknown
        }
    }

    /// Reads a dotted address, by hand as it is asked for often.
    ///
    /// - Returns: the address as a number; nil where the text is not one.
    private static func ipv4(_ address: String) -> UInt32? {
        // To have the bytes in one place costs less than to take them from the string one by one.
        var address = address
        return address.withUTF8 { ipv4($0) }
    }

    private static func ipv4(_ address: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var (result, octet, digits, dots): (UInt32, UInt32, Int, Int) = (0, 0, 0, 0)
        for byte in address {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                octet = octet &* 10 &+ UInt32(byte &- UInt8(ascii: "0"))
                digits &+= 1
                guard digits <= 3, octet <= 255 else { return nil }
            case UInt8(ascii: "."):
                guard digits > 0 else { return nil }
                result = result << 8 | octet
                dots &+= 1
                (octet, digits) = (0, 0)
            default:
                return nil
            }
        }
        return dots == 3 && digits > 0 ? result << 8 | octet : nil
    }

    /// Reads an IPv6 address, whose zone (RFC 4007, section 11) does not count.
    ///
    /// - Returns: its first 64 bits; nil where the text is not one.
    private static func ipv6Network(_ address: String) -> UInt64? {
        var bytes = in6_addr()
        let withoutZone = address.utf8.prefix { $0 != UInt8(ascii: "%") }
        guard let text = String(withoutZone), inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        // The address has 16 bytes.
        return withUnsafeBytes(of: bytes) { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}

extension Source: CustomStringConvertible {
    /// For records, such as `192.0.2.7`, `2001:db8::/64` or `user 1000`.
    var description: String {
        switch self {
        case .ipv4(let number):
            [24, 16, 8, 0].map { "\(number >> UInt32($0) & 0xFF)" }.joined(separator: ".")
        case .ipv6(let network):
            Self.text(of: network) + "/64"
        case .user(let uid): "user \(uid)"
        case .unknown: "unknown processes"
        case .others: "other senders"
        }
    }

    private static func text(of network: UInt64) -> String {
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { $0.storeBytes(of: network.bigEndian, as: UInt64.self) }
        // The longest text with its NUL is 46 bytes.
        var characters = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &address, &characters, socklen_t(characters.count)) != nil else { return "" }
        return String(cCharacters: characters)
    }
}
