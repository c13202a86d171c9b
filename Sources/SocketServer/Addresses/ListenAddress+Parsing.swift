import CLinux
import Glibc
import Linux

extension ListenAddress {
    /// How many bytes the path of a Unix socket may have: `sun_path` less the final NUL; see unix(7).
    package static let maximumPathLength = 107

    /// Reads `tcp:ADDRESS:PORT`, `udp:ADDRESS:PORT`, `unix:PATH` or `unixgram:PATH`.
    ///
    /// ADDRESS is an IPv4 address, an IPv6 address in brackets, or `*` for every address of the host, IPv6 and IPv4. A
    /// bare port is an error, so that no listener is open to the network by oversight. Names are not looked up, not
    /// even `localhost`. A PATH is absolute, or `@NAME` for an abstract socket.
    package init(_ text: String) throws(ListenAddressError) {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            throw ListenAddressError(text, "has no tcp:, udp:, unix: or unixgram: in front", like: Self.example)
        }
        let rest = text[bytes.index(after: colon)...]
        switch text[..<colon] {
        case "tcp":
            let (host, port) = try Self.internet(rest, of: text, scheme: "tcp")
            self = .tcp(host: host, port: port)
        case "udp":
            let (host, port) = try Self.internet(rest, of: text, scheme: "udp")
            self = .udp(host: host, port: port)
        case "unix":
            self = .unix(path: try Self.path(rest, of: text, scheme: "unix"))
        case "unixgram":
            self = .unixDatagram(path: try Self.path(rest, of: text, scheme: "unixgram"))
        default:
            throw ListenAddressError(text, "does not begin with tcp:, udp:, unix: or unixgram:", like: Self.example)
        }
    }

    private static let example = "tcp:127.0.0.1:12345"

    private static func internet(
        _ rest: Substring,
        of text: String,
        scheme: String
    ) throws(ListenAddressError) -> (host: String, port: UInt16) {
        func wrong(_ reason: String, like example: String) -> ListenAddressError {
            ListenAddressError(text, reason, like: "\(scheme):\(example)")
        }
        let bytes = rest.utf8
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else {
            if Self.isNumber(rest) {
                let every = "or \(scheme):*:\(rest) for every address of the host"
                throw wrong("has no address", like: "127.0.0.1:\(rest), \(every)")
            }
            throw wrong("has no port", like: rest.isEmpty ? "127.0.0.1:12345" : "\(rest):12345")
        }
        let host = rest[..<colon]
        let digits = rest[bytes.index(after: colon)...]
        if !rest.utf8.starts(with: "[".utf8), bytes.count(where: { $0 == UInt8(ascii: ":") }) > 1 {
            throw wrong("has an IPv6 address without brackets", like: "[::1]:12345")
        }
        guard Self.isNumber(digits), let port = UInt16(digits) else {
            throw wrong("has no port from 0 to 65535 at its end", like: "127.0.0.1:12345")
        }
        if host == "*" { return ("::", port) }
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            let inner = host.dropFirst().dropLast()
            guard !inner.utf8.contains(UInt8(ascii: "%")) else {
                throw wrong(
                    "names a network interface, which only a socket unit's BindToDevice= can do",
                    like: "[::]:\(port)"
                )
            }
            guard let address = Self.normalized(String(inner), family: AF_INET6) else {
                throw wrong("has no IPv6 address in its brackets", like: "[::1]:\(port)")
            }
            return (address, port)
        }
        guard let address = Self.normalized(String(host), family: AF_INET) else {
            let reason = "has no IP address before the port (names are not looked up)"
            throw wrong(reason, like: "127.0.0.1:\(port), \(scheme):[::1]:\(port) or \(scheme):*:\(port)")
        }
        return (address, port)
    }

    private static func path(
        _ rest: Substring,
        of text: String,
        scheme: String
    ) throws(ListenAddressError) -> String {
        let path = String(rest)
        func wrong(_ reason: String) -> ListenAddressError {
            ListenAddressError(text, reason, like: "\(scheme):/run/sockserved.sock or \(scheme):@sockserved")
        }
        switch path.utf8.first {
        case UInt8(ascii: "/"):
            guard path.utf8.last != UInt8(ascii: "/") else { throw wrong("names a directory") }
        case UInt8(ascii: "@"):
            guard path.utf8.count > 1 else { throw wrong("has no name after the @") }
        default:
            throw wrong("has neither an absolute path nor the @ of an abstract socket")
        }
        guard !path.utf8.contains(0) else { throw wrong("has a NUL byte in its path") }
        guard path.utf8.count <= maximumPathLength else {
            throw wrong(
                "is too long: a socket's path has at most \(maximumPathLength) bytes, this one \(path.utf8.count)"
            )
        }
        return path
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// The address as inet_ntop(3) writes it, so that equal addresses are equal texts; nil when it is none.
    private static func normalized(_ host: String, family: Int32) -> String? {
        // Large enough for both families.
        var address = in6_addr()
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard !host.utf8.contains(0), inet_pton(family, host, &address) == 1,
            inet_ntop(family, &address, &text, socklen_t(text.count)) != nil
        else { return nil }
        return String(cCharacters: text)
    }
}
