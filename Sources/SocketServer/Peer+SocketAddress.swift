import CSystemd
import Glibc
package import LogRecords
package import NIOCore

extension Peer {
    /// The peer with that address; an IPv4 address mapped into IPv6 (RFC 4291, section 2.5.5.2) is shown as IPv4.
    package init(_ address: SocketAddress) {
        switch address {
        case .v4(let v4):
            self = .init(v4.address)
        case .v6(let v6):
            self = .init(v6.address)
        case .unixDomainSocket:
            self = .unixPath(address.pathname ?? "")
        }
    }

    init(_ address: sockaddr_in) {
        // inet_ntop(3) goes through sprintf, and this runs for each connection.
        let octets = UInt32(bigEndian: address.sin_addr.s_addr)
        var text: [UInt8] = []
        text.reserveCapacity(15)
        for shift in [24, 16, 8] as [UInt32] {
            text.append(decimal: octets >> shift & 0xFF)
            text.append(UInt8(ascii: "."))
        }
        text.append(decimal: octets & 0xFF)
        let port = UInt16(bigEndian: address.sin_port)
        self = .internet(address: String(decoding: text, as: UTF8.self), port: port)
    }

    init(_ address: sockaddr_in6) {
        var address = address
        let text = Self.text(AF_INET6, &address.sin6_addr)
        let mapped = "::ffff:"
        let port = UInt16(bigEndian: address.sin6_port)
        if text.hasPrefix(mapped), text.utf8.contains(UInt8(ascii: ".")) {
            self = .internet(address: String(text.dropFirst(mapped.count)), port: port)
        } else if address.sin6_scope_id != 0 {
            self = .internet(address: "\(text)%\(address.sin6_scope_id)", port: port)
        } else {
            self = .internet(address: text, port: port)
        }
    }

    /// The text of an address, by inet_ntop(3).
    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        // The longest text with its NUL is 46 bytes.
        String(unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                guard inet_ntop(family, address, characters.baseAddress, socklen_t(characters.count)) != nil else {
                    return 0
                }
                return characters.baseAddress.map { strnlen($0, characters.count) } ?? 0
            }
        }
    }
}
