import CLinux
import Glibc
import LogRecords

/// Where the reply to a datagram may go.
///
/// The sender chooses the name of its Unix socket. A name that leads to the socket of someone else, such as journald's,
/// would have the daemon write there, with its own credentials and the sender's bytes. So a path must lead to a socket
/// of the sender's user, and from the root.
struct ReplyAddress {
    enum Kind: Equatable {
        /// An address that leads to the sender only: of a network, or an abstract name.
        case certain
        /// The path of a socket that must belong to this user.
        case path(owner: uid_t)
    }

    /// As the kernel gave it.
    let bytes: [UInt8]
    let kind: Kind

    /// - Parameters:
    ///   - address: the sender's socket address as the kernel gave it.
    ///   - process: the sending process by SCM_CREDENTIALS, on Unix sockets; see unix(7).
    /// - Throws: why no reply may go there.
    init(_ address: UnsafeRawBufferPointer, _ process: Peer?) throws(WithheldReplies.Reason) {
        bytes = Array(address)
        let path = bytes.dropFirst(MemoryLayout<sa_family_t>.size)
        let isUnix = bytes.count > 2 && Int32(address.loadUnaligned(as: sa_family_t.self)) == AF_UNIX
        if !isUnix || path.first == 0 {
            kind = .certain
        } else {
            guard path.first == UInt8(ascii: "/") else { throw .relativeName }
            guard case .unix(_, let uid, _) = process else { throw .foreignSocket }
            kind = .path(owner: uid)
        }
    }

    /// The path with its NUL.
    var path: [CChar] {
        bytes.dropFirst(MemoryLayout<sa_family_t>.size).prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
    }
}
