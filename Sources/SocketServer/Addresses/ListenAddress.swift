/// Where a listener listens.
package enum ListenAddress: Sendable, Hashable {
    /// An IPv4 or IPv6 address in text form without brackets; port 0 lets the kernel choose.
    ///
    /// `::` takes IPv4 too, as long as the system's `net.ipv6.bindv6only` is 0; see ipv6(7).
    case tcp(host: String, port: UInt16)
    case udp(host: String, port: UInt16)
    /// An absolute path, or the name of an abstract socket after an `@`; at most 107 bytes, see unix(7).
    case unix(path: String)
    case unixDatagram(path: String)

    /// Whether clients connect, rather than send datagrams.
    package var isStream: Bool {
        switch self {
        case .tcp, .unix: true
        case .udp, .unixDatagram: false
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The form that `init(_:)` reads, such as `tcp:127.0.0.1:12345`, `udp:[::1]:7007` or `unix:/run/x.sock`.
    package var description: String {
        switch self {
        case .tcp(let host, let port): "tcp:" + Self.text(host, port)
        case .udp(let host, let port): "udp:" + Self.text(host, port)
        case .unix(let path): "unix:" + path
        case .unixDatagram(let path): "unixgram:" + path
        }
    }

    private static func text(_ host: String, _ port: UInt16) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
