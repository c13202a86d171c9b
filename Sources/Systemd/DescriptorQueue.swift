import CLinux
import Glibc
public import Linux

/// Gives open descriptors to the next process of this service, as many as there are, by one descriptor in systemd's store.
///
/// systemd keeps one end of a pair of Unix sockets, and this process puts messages with descriptors into the other at its
/// end; the kernel keeps them on the way. So the number does not depend on `FileDescriptorStoreMax=`, which has to be 1 at
/// least, nor on the length of `LISTEN_FDNAMES`; systemd has no copy of what the next process has taken out; and a queue
/// that systemd does not keep is noticed. When the service is stopped, systemd closes its end, and the kernel closes what
/// is in the queue.
///
/// About 70,000 descriptors find room in messages of 253 each; `LimitNOFILE=` bounds them too.
public final class DescriptorQueue: Sendable {
    private let sender: Int32
    private let notifier: Notifier

    /// Makes an empty queue that systemd keeps, in place of those that it keeps under the name.
    ///
    /// Call it after `takeAll`.
    ///
    /// - Parameters:
    ///   - name: by which the next process finds it among its `ListenDescriptors`; see `Notifier.store`.
    ///   - notifier: the connection to systemd.
    /// - Throws: the error of socketpair(2) or sendmsg(2); `EINVAL` for a name that is not valid.
    public init(named name: String, keptBy notifier: Notifier) throws(Errno) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Errno.last }
        defer { close(ends[1]) }
        sender = ends[0]
        self.notifier = notifier
        try notifier.removeStored(named: name)
        // systemd would remove it when this process, which has the other end, is gone.
        try notifier.store([ends[1]], named: name, isPolled: false)
    }

    deinit {
        close(sender)
    }

    /// Whether systemd keeps the queue: it has room for it in its store.
    ///
    /// - Parameter time: how long systemd may take to answer.
    /// - Returns: false also where systemd does not answer.
    public func isKept(within time: Duration) -> Bool {
        guard notifier.isEnabled, (try? notifier.barrier(within: time)) != nil else { return false }
        var entry = pollfd(fd: sender, events: 0, revents: 0)
        return poll(&entry, 1, 0) == 0
    }

    /// Puts descriptors into the queue.
    ///
    /// - Parameters:
    ///   - descriptors: at most 253, which stay open here.
    ///   - kind: any byte, which comes out with them.
    /// - Throws: `EAGAIN` when the queue is full; `EPIPE` when systemd does not keep it; `ETOOMANYREFS` beyond the limit of
    ///   open files, or for a socket that has sockets in its own queue, see unix(7). Then none of them is in the queue.
    public func put(_ descriptors: [Int32], kind: UInt8) throws(Errno) {
        try DescriptorMessage([kind], descriptors).send(over: sender)
    }

    /// What one `put` has put in.
    public struct Entry: Equatable, Sendable {
        /// The byte that was given with the descriptors.
        public let kind: UInt8
        /// The descriptors, which the caller owns; those beyond the limit of open files are missing.
        public let descriptors: [Int32]
    }

    /// Takes everything out of a queue that systemd has kept, and closes it.
    ///
    /// - Parameter descriptor: one of `ListenDescriptors` with the queue's name; closed by the call.
    /// - Returns: what the earlier process has put in, in order; nothing for other descriptors.
    public static func takeAll(from descriptor: Int32) -> [Entry] {
        defer { close(descriptor) }
        var entries: [Entry] = []
        while let message = try? DescriptorMessage.receive(from: descriptor) {
            guard let kind = message.bytes.first else { break }
            entries.append(Entry(kind: kind, descriptors: message.descriptors))
        }
        return entries
    }
}
