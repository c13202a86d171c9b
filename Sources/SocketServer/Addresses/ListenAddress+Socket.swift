import CLinux
import Glibc
import Linux

extension ListenAddress {
    /// Where a bound socket listens, by getsockname(2); nil for other families than IPv4, IPv6 and Unix.
    package init?(of socket: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var type: Int32 = 0
        var typeLength = socklen_t(MemoryLayout<Int32>.size)
        // sockaddr_storage may be read as the family's own type: that is what it is for (socket(7)).
        let known = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        guard known == 0, getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &typeLength) == 0 else { return nil }
        let isStream = type == Int32(SOCK_STREAM.rawValue)
        switch Int32(storage.ss_family) {
        case AF_INET, AF_INET6:
            guard let (host, port) = Self.hostAndPort(&storage, length) else { return nil }
            self = isStream ? .tcp(host: host, port: port) : .udp(host: host, port: port)
        case AF_UNIX:
            let path = Self.path(&storage, length)
            self = isStream ? .unix(path: path) : .unixDatagram(path: path)
        default:
            return nil
        }
    }

    private static func hostAndPort(_ storage: inout sockaddr_storage, _ length: socklen_t) -> (String, UInt16)? {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let result = withUnsafePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo(
                    $0,
                    length,
                    &host,
                    socklen_t(host.count),
                    &port,
                    socklen_t(port.count),
                    NI_NUMERICHOST | NI_NUMERICSERV
                )
            }
        }
        guard result == 0, let number = UInt16(String(cCharacters: port)) else { return nil }
        return (String(cCharacters: host), number)
    }

    /// The path; an abstract one with `@` in place of its NUL, as systemd and ss write it.
    private static func path(_ storage: inout sockaddr_storage, _ length: socklen_t) -> String {
        let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        return withUnsafeBytes(of: &storage) { bytes in
            guard length > start else { return "" }
            let path = bytes[start..<min(Int(length), bytes.count)]
            guard path.first == 0 else { return String(decoding: path.prefix { $0 != 0 }, as: UTF8.self) }
            return "@" + String(decoding: path.dropFirst(), as: UTF8.self)
        }
    }
}
