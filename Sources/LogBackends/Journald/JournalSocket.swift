import CLinux
import Glibc
import Linux

/// A connection to journald's socket for entries in its native protocol; see https://systemd.io/JOURNAL_NATIVE_PROTOCOL/.
///
/// The send buffer is the kernel's default: with the 8 MiB of libsystemd, writer and journald take turns at every other
/// entry, which costs four times as much. Sending waits while journald's queue is full.
struct JournalSocket {
    /// The time in milliseconds after which a wait looks whether there is another journald.
    private static let patience: Int32 = 500
    /// A queue that is full again after fewer entries is short.
    ///
    /// net.unix.max_dgram_qlen of unix(7) is 10 by default, and 512 where systemd has raised it. A queue has room after
    /// each entry that journald takes out. With writer and journald taking turns at each, both cost more: so a short one
    /// gets a pause to have room for more.
    private static let shortQueue = 16
    private static let pause = timespec(tv_sec: 0, tv_nsec: 50_000)

    let path: String
    private var descriptor: Int32 = -1
    /// The socket that was at the path when it was connected to.
    private var version: FileVersion?
    /// The number of entries since the queue was full.
    private var sinceFull = 0

    init(path: String) {
        self.path = path
    }

    var isConnected: Bool { descriptor >= 0 }

    /// Whether the failure of a send means that the connection is of no more use.
    static func isBroken(_ failure: Errno?) -> Bool {
        switch failure?.number {
        case ECONNREFUSED, ENOTCONN, ENOENT, ECONNRESET, EPIPE: true
        default: false
        }
    }

    /// Connects to the socket at the path.
    ///
    /// - Throws: the error of stat(2) or connect(2); `ENOENT` when another socket took the place meanwhile.
    mutating func connect() throws(Errno) {
        disconnect()
        let address = try UnixSocketAddress(path: path)
        let before = try FileVersion(path: path)
        let socket = try address.connectedSocket(type: SOCK_DGRAM)
        do throws(Errno) {
            // The same before and after: so it is the one that was connected to.
            guard try FileVersion(path: path) == before else { throw Errno(ENOENT) }
        } catch {
            close(socket)
            throw error
        }
        descriptor = socket
        version = before
    }

    mutating func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Whether the socket that this one is connected to has been at the path until now.
    ///
    /// A connection stays with its socket when another one takes its place, and sending still succeeds then if anybody
    /// has the old one open.
    var isAtPath: Bool { (try? FileVersion(path: path)) == version }

    /// Sends an entry as one datagram.
    ///
    /// - Throws: the error of send(2), `EMSGSIZE` for one that is larger than the send buffer.
    mutating func send(_ entry: Span<UInt8>) throws(Errno) {
        // The pointer does not leave the call.
        try entry.withUnsafeBytes { entry throws(Errno) in
            try whileFull { socket throws(Errno) in try Self.send(entry, over: socket) }
        }
    }

    /// As `send`, but does not wait.
    ///
    /// - Throws: the error of send(2), `EAGAIN` while journald's queue is full.
    mutating func sendWithoutWaiting(_ entry: Span<UInt8>) throws(Errno) {
        let socket = descriptor
        // The pointer does not leave the call.
        try entry.withUnsafeBytes { entry throws(Errno) in try Self.send(entry, over: socket) }
        sinceFull &+= 1
    }

    private static func send(_ entry: UnsafeRawBufferPointer, over socket: Int32) throws(Errno) {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = retrying { Glibc.send(socket, entry.baseAddress, entry.count, flags) }
        guard count >= 0 else { throw Errno.last }
    }

    /// Sends an entry that is in a file.
    ///
    /// - Throws: the error of sendmsg(2).
    mutating func send(_ file: borrowing SealedFile) throws(Errno) {
        let message = DescriptorMessage([], [file.descriptor])
        try whileFull { socket throws(Errno) in try message.send(over: socket) }
    }

    /// Repeats a call with the descriptor until there is room in journald's queue.
    private mutating func whileFull(_ call: (Int32) throws(Errno) -> Void) throws(Errno) {
        while true {
            do throws(Errno) {
                try call(descriptor)
                sinceFull &+= 1
                return
            } catch {
                guard error.number == EAGAIN else { throw error }
            }
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            // journald may have been replaced by one that reads.
            if poll(&request, 1, Self.patience) == 0, !isAtPath { throw Errno(ENOTCONN) }
            if sinceFull < Self.shortQueue {
                var pause = Self.pause
                nanosleep(&pause, nil)
            }
            sinceFull = 0
        }
    }
}
