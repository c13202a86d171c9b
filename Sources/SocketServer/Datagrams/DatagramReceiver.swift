import CLinux
import Glibc
import Linux
import LogRecords

/// One datagram as received.
///
/// The bytes are valid only while it is handled.
struct Datagram {
    let bytes: UnsafeRawBufferPointer
    /// The sender's socket address as the kernel gave it; empty where it has none.
    let address: UnsafeRawBufferPointer
    /// The sending process by SCM_CREDENTIALS, on Unix sockets.
    let process: Peer?
    /// Bytes that were sent; more than `bytes` holds when the datagram was cut.
    let length: Int
    /// Datagrams that the kernel dropped on this socket so far, by SO_RXQ_OVFL; it wraps.
    let dropped: UInt32?
}

/// Receives many datagrams with one call of recvmmsg(2).
///
/// Besides their bytes it brings what a plain receive hides: truncation, the kernel's drop count and credentials.
final class DatagramReceiver {
    /// What the slots of one receiver take of address space, in bytes; a datagram uses as many pages as it fills.
    private static let memory = 4 * 1024 * 1024
    /// More than UDP can carry.
    private static let internetSlotBytes = 64 * 1024
    /// More than Linux lets a Unix datagram be by default.
    private static let unixSlotBytes = 256 * 1024
    /// The size that a socket's receive buffer is set to.
    ///
    /// Beyond net.core.rmem_max only the privileged may go; systemd's ReceiveBuffer= is the better way.
    private static let socketBuffer: Int32 = 4 * 1024 * 1024
    /// Room for one message: the sender's credentials or the drop count, and none for the open files (SCM_RIGHTS) that
    /// a sender may attach to use up our descriptors; the kernel closes what does not fit.
    ///
    /// See unix(7).
    private static let controlBytes = 32

    /// How many datagrams one call receives.
    let slots: Int
    /// As many bytes of a datagram are received.
    let slotBytes: Int

    // Memory that the kernel writes to through the headers; it lives as long as they do, and untouched pages cost
    // nothing.
    private let data: UnsafeMutableRawBufferPointer
    private let control: UnsafeMutableRawBufferPointer
    private let names: UnsafeMutableBufferPointer<sockaddr_storage>
    private let vectors: UnsafeMutableBufferPointer<iovec>
    private let headers: UnsafeMutableBufferPointer<clinux_mmsghdr>

    /// Makes the receiver of one socket.
    init(for socket: Int32) {
        slotBytes = SocketMemory.isUnix(socket) ? Self.unixSlotBytes : Self.internetSlotBytes
        slots = Self.memory / slotBytes
        data = .allocate(byteCount: slots * slotBytes, alignment: 4096)
        control = .allocate(byteCount: slots * Self.controlBytes, alignment: 16)
        names = .allocate(capacity: slots)
        vectors = .allocate(capacity: slots)
        headers = .allocate(capacity: slots)
        names.initialize(repeating: sockaddr_storage())
        vectors.initialize(repeating: iovec())
        headers.initialize(repeating: clinux_mmsghdr())
        for slot in 0..<slots {
            vectors[slot] = iovec(iov_base: data.baseAddress?.advanced(by: slot * slotBytes), iov_len: slotBytes)
        }
    }

    deinit {
        data.deallocate()
        control.deallocate()
        names.deallocate()
        vectors.deallocate()
        headers.deallocate()
    }

    /// Makes a socket bring what a `Datagram` has, and hold many.
    static func prepare(_ socket: Int32) {
        // A socket unit may ask for time stamps; they would take the only place of the drop count.
        SocketOption.set(socket, SOL_SOCKET, SO_TIMESTAMP, 0)
        // Nor is the error queue read, which would keep the socket ready (IP_RECVERR in ip(7)).
        SocketOption.set(socket, Int32(IPPROTO_IP), IP_RECVERR, 0)
        SocketOption.set(socket, Int32(IPPROTO_IPV6), IPV6_RECVERR, 0)
        SocketOption.set(socket, SOL_SOCKET, SO_RXQ_OVFL, 1)
        SocketOption.set(socket, SOL_SOCKET, SO_PASSCRED, 1)
        guard !SocketOption.set(socket, SOL_SOCKET, SO_RCVBUFFORCE, socketBuffer) else { return }
        SocketOption.set(socket, SOL_SOCKET, SO_RCVBUF, socketBuffer)
    }

    /// Receives what is there, up to `slots` datagrams, and handles each.
    ///
    /// - Returns: how many there were; 0 when none is waiting.
    func receive(from socket: Int32, _ handle: (Datagram) -> Void) throws(Errno) -> Int {
        for slot in 0..<slots { prepare(slot) }
        // MSG_TRUNC makes msg_len the true length of a datagram that was cut.
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
        let count = clinux_recvmmsg(socket, headers.baseAddress, UInt32(slots), flags, nil)
        guard count >= 0 else {
            let error = Errno.last
            guard error.number == EAGAIN || error.number == EINTR else { throw error }
            return 0
        }
        for slot in 0..<Int(count) { handle(datagram(slot)) }
        return Int(count)
    }

    private func prepare(_ slot: Int) {
        headers[slot].msg_hdr = msghdr(
            msg_name: names.baseAddress?.advanced(by: slot),
            msg_namelen: socklen_t(MemoryLayout<sockaddr_storage>.size),
            msg_iov: vectors.baseAddress?.advanced(by: slot),
            msg_iovlen: 1,
            msg_control: control.baseAddress?.advanced(by: slot * Self.controlBytes),
            msg_controllen: Self.controlBytes,
            msg_flags: 0
        )
    }

    /// The sender; nil where the kernel did not note it, because SO_PASSCRED was not yet set when it sent.
    private static func process(_ sender: clinux_ucred) -> Peer? {
        let overflowID: UInt32 = 65534
        guard sender.pid != 0 || sender.uid != overflowID else { return nil }
        return .unix(pid: sender.pid, uid: sender.uid, gid: sender.gid)
    }

    private func datagram(_ slot: Int) -> Datagram {
        let length = Int(headers[slot].msg_len)
        let start = slot * slotBytes
        let nameLength = min(Int(headers[slot].msg_hdr.msg_namelen), MemoryLayout<sockaddr_storage>.size)
        var process: Peer?
        var dropped: UInt32?
        var next = clinux_cmsg_first(&headers[slot].msg_hdr)
        while let message = next {
            if message.pointee.cmsg_level == SOL_SOCKET, let payload = clinux_cmsg_data(message) {
                switch message.pointee.cmsg_type {
                case CLINUX_SCM_CREDENTIALS:
                    process = Self.process(payload.loadUnaligned(as: clinux_ucred.self))
                case SO_RXQ_OVFL:
                    dropped = payload.loadUnaligned(as: UInt32.self)
                default:
                    break
                }
            }
            next = clinux_cmsg_next(&headers[slot].msg_hdr, message)
        }
        return Datagram(
            bytes: UnsafeRawBufferPointer(rebasing: data[start..<(start + min(length, slotBytes))]),
            address: UnsafeRawBufferPointer(start: names.baseAddress?.advanced(by: slot), count: nameLength),
            process: process,
            length: length,
            dropped: dropped
        )
    }
}
