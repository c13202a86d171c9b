import CLinux
import Glibc
import Linux

/// A file descriptor that systemd passed in, with its kind.
public struct ListenDescriptor: Equatable, Sendable {
    /// Kinds of sockets.
    public enum Kind: Equatable, Sendable {
        /// A listening TCP socket.
        case tcp
        /// A bound UDP socket.
        case udp
        /// A listening Unix stream socket.
        case unixStream
        /// A bound Unix datagram socket.
        case unixDatagram
        /// Any other descriptor; the text describes it, with advice if known.
        case unsupported(String)
    }

    /// The descriptor; the caller owns it.
    public let descriptor: Int32
    /// `FileDescriptorName=` of the socket unit, by default the unit's name; `unknown` when none was passed.
    public let name: String
    /// The kind of the descriptor.
    public let kind: Kind

    /// Determines the kind of a descriptor.
    public init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
        kind = Self.kind(of: descriptor)
    }

    private static func kind(of descriptor: Int32) -> Kind {
        guard
            let family = option(SO_DOMAIN, of: descriptor),
            let type = option(SO_TYPE, of: descriptor),
            let number = option(SO_PROTOCOL, of: descriptor)
        else { return .unsupported(fileType(of: descriptor)) }
        let isStream = type == Int32(SOCK_STREAM.rawValue)
        let isDatagram = type == Int32(SOCK_DGRAM.rawValue)
        let kind: Kind
        switch family {
        case AF_UNIX where isStream:
            kind = .unixStream
        case AF_UNIX where isDatagram:
            kind = .unixDatagram
        case AF_INET where isStream && number == Int32(IPPROTO_TCP), AF_INET6 where isStream && number == IPPROTO_TCP:
            kind = .tcp
        case AF_INET where isDatagram && number == Int32(IPPROTO_UDP),
            AF_INET6 where isDatagram && number == IPPROTO_UDP:
            kind = .udp
        case AF_UNIX:
            return .unsupported("a Unix socket that is neither a stream nor a datagram socket")
        default:
            return .unsupported("a socket of family \(family), type \(type), protocol \(number)")
        }
        if isStream, option(SO_ACCEPTCONN, of: descriptor) != 1 {
            return .unsupported("a stream socket that does not listen; its socket unit must say Accept=no")
        }
        return kind
    }

    /// A socket option's value; nil when the descriptor is not a socket.
    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }

    private static func fileType(of descriptor: Int32) -> String {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return "not an open file (\(Errno.last))" }
        return switch status.st_mode & S_IFMT {
        case S_IFIFO: "a FIFO, not a socket"
        case S_IFREG: "a file, not a socket"
        case S_IFDIR: "a directory, not a socket"
        case S_IFCHR: "a character device, not a socket"
        default: "not a socket"
        }
    }
}
