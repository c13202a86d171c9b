/// The other end of a socket, by the kernel's account.
public enum Peer: Sendable, Hashable {
    /// An address in its usual text form, without brackets, and a port.
    case internet(address: String, port: UInt16)
    /// A process on this host, by `SO_PEERCRED` or `SCM_CREDENTIALS`; see unix(7).
    case unix(pid: Int32, uid: UInt32, gid: UInt32)
    /// A Unix socket whose process is not known, with its path where it has one.
    case unixPath(String)

    /// Whether it is at an Internet address.
    public var isInternet: Bool {
        if case .internet = self { true } else { false }
    }

    /// Whether it is on this host: at a Unix socket, or at a loopback address (RFC 1122, section 3.2.1.3; RFC 4291,
    /// section 2.5.3).
    public var isLocal: Bool {
        switch self {
        case .unix, .unixPath: true
        case .internet(let address, _):
            address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
        }
    }
}

extension Peer: CustomStringConvertible {
    /// `127.0.0.1:40000`, `[::1]:40000`, or `unix:pid=10,uid=0,gid=0`.
    public var description: String {
        switch self {
        case .internet(let address, let port):
            address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .unix(let pid, let uid, let gid):
            "unix:pid=\(pid),uid=\(uid),gid=\(gid)"
        case .unixPath(let path):
            path.isEmpty ? "unix" : "unix:\(path)"
        }
    }
}
