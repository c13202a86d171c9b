import CLinux
import Glibc
import Linux
import LogFormats
import LogRecords

extension Peer {
    /// The peer with a socket address; nil for other families than IPv4 and IPv6, as on Unix sockets.
    init?(_ address: sockaddr_storage, _ length: socklen_t) {
        self.init(withUnsafeBytes(of: address) { UnsafeRawBufferPointer(rebasing: $0.prefix(Int(length))) })
    }

    /// The peer with a socket address as the kernel wrote it.
    init?(_ address: UnsafeRawBufferPointer) {
        guard address.count >= MemoryLayout<sa_family_t>.size else { return nil }
        // Each family's own type is read only from as many bytes as it has.
        switch Int32(address.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET where address.count >= MemoryLayout<sockaddr_in>.size:
            self.init(address.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6 where address.count >= MemoryLayout<sockaddr_in6>.size:
            self.init(address.loadUnaligned(as: sockaddr_in6.self))
        default:
            return nil
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

    /// An IPv4 address mapped into IPv6 (RFC 4291, section 2.5.5.2) is shown as IPv4.
    init(_ address: sockaddr_in6) {
        let text = Self.text(of: address.sin6_addr)
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

    /// The client that a proxy named.
    init(_ client: ProxyHeader.Client) {
        switch client {
        case .ipv4(let address, let port):
            var name = sockaddr_in()
            name.sin_addr.s_addr = address.bigEndian
            name.sin_port = port.bigEndian
            self.init(name)
        case .ipv6(let high, let low, let port):
            var name = sockaddr_in6()
            // An in6_addr has 16 bytes.
            withUnsafeMutableBytes(of: &name.sin6_addr) { bytes in
                bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            name.sin6_port = port.bigEndian
            self.init(name)
        }
    }

    /// The process at the other end of a connected Unix socket, by SO_PEERCRED; see unix(7).
    init(credentialsOf socket: Int32) {
        var credentials = clinux_ucred()
        var length = socklen_t(MemoryLayout<clinux_ucred>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
            self = .unixPath("")
            return
        }
        self = .unix(pid: credentials.pid, uid: credentials.uid, gid: credentials.gid)
    }

    private static func text(of address: in6_addr) -> String {
        var address = address
        // The longest text with its NUL is 46 bytes.
        var characters = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &address, &characters, socklen_t(characters.count)) != nil else { return "" }
        return String(cCharacters: characters)
    }
}
