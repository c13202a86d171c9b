import Foundation

/// A socket address in the daemon's text form: `tcp:127.0.0.1:80`, `udp:[::1]:7`, `unix:/run/x`, `unixgram:@name`.
struct TestAddress {
    let family: Int32
    let type: Int32
    /// As a `sockaddr`.
    let bytes: [UInt8]

    init(_ text: String) throws {
        guard let colon = text.firstIndex(of: ":") else { throw TestSocket.Failure("parse \(text)", EINVAL) }
        let rest = String(text[text.index(after: colon)...])
        let isStream = ["tcp", "unix"].contains(text[..<colon])
        type = Int32((isStream ? SOCK_STREAM : SOCK_DGRAM).rawValue)
        if text.hasPrefix("unix") {
            family = AF_UNIX
            bytes = Self.unix(rest)
        } else {
            bytes = try Self.internet(rest)
            family = rest.hasPrefix("[") ? AF_INET6 : AF_INET
        }
    }

    private static func unix(_ path: String) -> [UInt8] {
        var name = Array(path.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 } else { name.append(0) }
        return withUnsafeBytes(of: sa_family_t(AF_UNIX)) { Array($0) } + name
    }

    private static func internet(_ text: String) throws -> [UInt8] {
        guard let colon = text.lastIndex(of: ":") else { throw TestSocket.Failure("parse \(text)", EINVAL) }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, String(text[text.index(after: colon)...]), &hints, &found)
        defer { if found != nil { freeaddrinfo(found) } }
        guard result == 0, let info = found?.pointee else { throw TestSocket.Failure("parse \(text)", EINVAL) }
        return Array(UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
    }
}
