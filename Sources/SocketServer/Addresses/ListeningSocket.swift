import CLinux
import Glibc
package import Linux

/// Makes the sockets of listeners that are not passed in.
package enum ListeningSocket {
    /// As many connections may wait as the kernel allows: it takes the smaller of this and net.core.somaxconn.
    package static let backlog = Int32(UInt16.max)

    /// Opens and binds a socket, non-blocking; a stream socket listens.
    ///
    /// A Unix socket at which no process listens is replaced; one at which a process listens is not.
    ///
    /// - Parameters:
    ///   - address: where to listen.
    ///   - access: who may connect to a Unix socket that has a path.
    /// - Returns: the descriptor, which the caller closes.
    /// - Throws: the operation that failed, with the address, errno's text and advice.
    package static func open(
        _ address: ListenAddress,
        access: SocketFileAccess = SocketFileAccess()
    ) throws(SystemError) -> Int32 {
        switch address {
        case .tcp(let host, let port):
            try openInternet(address, host, port, SOCK_STREAM)
        case .udp(let host, let port):
            try openInternet(address, host, port, SOCK_DGRAM)
        case .unix(let path):
            try openUnix(address, path, SOCK_STREAM, access)
        case .unixDatagram(let path):
            try openUnix(address, path, SOCK_DGRAM, access)
        }
    }

    private static func openInternet(
        _ address: ListenAddress,
        _ host: String,
        _ port: UInt16,
        _ type: __socket_type
    ) throws(SystemError) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(type.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let info = found else {
            throw failure("parse", address, Errno(EINVAL))
        }
        defer { freeaddrinfo(found) }
        let socket: Int32
        do {
            socket = try makeSocket(address, info.pointee.ai_family, type)
        } catch {
            // A host without IPv6 can still serve all its addresses.
            guard error.errno.number == EAFNOSUPPORT, host == "::" else { throw error }
            return try openInternet(address, "0.0.0.0", port, type)
        }
        SocketOption.set(socket, SOL_SOCKET, SO_REUSEADDR, type == SOCK_STREAM ? 1 : 0)
        if info.pointee.ai_family == AF_INET6 {
            // [::] serves IPv4 as well, whatever net.ipv6.bindv6only says.
            SocketOption.set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0)
        }
        let bound = Glibc.bind(socket, info.pointee.ai_addr, info.pointee.ai_addrlen)
        return try listen(socket, address, isBound: bound == 0, type)
    }

    private static func openUnix(
        _ address: ListenAddress,
        _ path: String,
        _ type: __socket_type,
        _ access: SocketFileAccess
    ) throws(SystemError) -> Int32 {
        let name: UnixSocketAddress
        do throws(Errno) {
            name = try UnixSocketAddress(path: path)
        } catch {
            throw failure("bind", address, error)
        }
        guard !path.hasPrefix("@") else { return try bind(address, path, name, type, access) }
        // To look who listens there, to remove the file and to bind are three steps: two processes may start at once.
        return try DirectoryLock.hold(directoryOf: path) { () throws(SystemError) in
            try bind(address, path, name, type, access)
        }
    }

    private static func bind(
        _ address: ListenAddress,
        _ path: String,
        _ name: UnixSocketAddress,
        _ type: __socket_type,
        _ access: SocketFileAccess
    ) throws(SystemError) -> Int32 {
        let socket = try makeSocket(address, AF_UNIX, type)
        // From the first datagram on the kernel is to note who sends.
        if type == SOCK_DGRAM { SocketOption.set(socket, SOL_SOCKET, SO_PASSCRED, 1) }
        do throws(SystemError) {
            if !path.hasPrefix("@") { try removeStale(address, path, name, type) }
        } catch {
            close(socket)
            throw error
        }
        // The file takes its first mode from the socket: no client may connect before `access` holds.
        let isFile = !path.hasPrefix("@")
        if isFile { fchmod(socket, 0) }
        let bound = name.withSockaddr { Glibc.bind(socket, $0, $1) }
        if bound == 0, isFile {
            do throws(SystemError) {
                try give(access, to: path, address)
            } catch {
                unlink(path)
                close(socket)
                throw error
            }
        }
        return try listen(socket, address, isBound: bound == 0, type)
    }

    private static func give(
        _ access: SocketFileAccess,
        to path: String,
        _ address: ListenAddress
    ) throws(SystemError) {
        if let group = access.group, chown(path, uid_t.max, group) != 0 {
            let advice = "uid \(geteuid()) must belong to group \(group): SupplementaryGroups= in a unit"
            throw failure("set the group of", address, .last, advice)
        }
        guard chmod(path, access.mode) == 0 else { throw failure("set the mode of", address, .last) }
    }

    /// Removes a socket file at which no process listens any more.
    private static func removeStale(
        _ address: ListenAddress,
        _ path: String,
        _ name: UnixSocketAddress,
        _ type: __socket_type
    ) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw failure("bind", address, Errno(EADDRINUSE), "it is not a socket; remove it or choose another path")
        }
        let probe = try makeSocket(address, AF_UNIX, type)
        defer { close(probe) }
        let answer = name.withSockaddr { connect(probe, $0, $1) } == 0 ? Errno(0) : Errno.last
        switch answer.number {
        case ECONNREFUSED:
            break
        case EACCES, EPERM:
            throw failure("bind", address, answer, "remove the socket that is there, or run as a user who may")
        default:
            let advice = "another process listens there; stop it or choose another path"
            throw failure("bind", address, Errno(EADDRINUSE), advice)
        }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw failure("replace", address, .last, "remove it or choose another path")
        }
    }

    private static func makeSocket(
        _ address: ListenAddress,
        _ family: Int32,
        _ type: __socket_type
    ) throws(SystemError) -> Int32 {
        let flags = Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(family, flags, 0)
        guard socket >= 0 else { throw failure("open", address, .last) }
        return socket
    }

    /// Makes a bound socket listen; closes it after a failure.
    private static func listen(
        _ socket: Int32,
        _ address: ListenAddress,
        isBound: Bool,
        _ type: __socket_type
    ) throws(SystemError) -> Int32 {
        guard isBound else {
            let errno = Errno.last
            close(socket)
            throw failure("bind", address, errno, advice(errno, at: address))
        }
        guard type == SOCK_DGRAM || Glibc.listen(socket, backlog) == 0 else {
            let errno = Errno.last
            close(socket)
            throw failure("listen", address, errno, advice(errno, at: address))
        }
        return socket
    }

    private static func advice(_ errno: Errno, at address: ListenAddress) -> String? {
        switch errno.number {
        case EADDRINUSE: "another process listens there; stop it or choose another port"
        case EADDRNOTAVAIL: "this host does not have that address; see ip address"
        case EACCES, EPERM: permissionAdvice(at: address)
        case ENOENT: "make the directory first"
        default: nil
        }
    }

    private static func permissionAdvice(at address: ListenAddress) -> String {
        switch address {
        case .tcp(_, 1..<1024), .udp(_, 1..<1024):
            "for ports below 1024 let a socket unit of systemd open the port, or give the service "
                + "AmbientCapabilities=CAP_NET_BIND_SERVICE"
        case .tcp, .udp:
            "something forbids this process to open the port, such as SocketBindDeny= of the unit"
        case .unix, .unixDatagram:
            "let uid \(geteuid()) write to the directory, choose another one, or let a socket unit open the socket"
        }
    }

    private static func failure(
        _ operation: String,
        _ address: ListenAddress,
        _ errno: Errno,
        _ advice: String? = nil
    ) -> SystemError {
        SystemError("cannot \(operation)", "\(address)", errno, advice: advice)
    }
}
