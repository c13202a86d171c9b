import CLinux
import Glibc
public import Linux

/// The descriptors that systemd keeps for the next process of this service: `FileDescriptorStoreMax=` in
/// systemd.service(5).
///
/// The next process finds them among its `ListenDescriptors`. systemd keeps them over a restart, and closes them when the
/// service is stopped or has failed. What is beyond the maximum it closes without a message to the service; a name that is
/// not valid it replaces by `stored`.
extension Notifier {
    /// Gives systemd copies of descriptors to keep.
    ///
    /// The variable `LISTEN_FDNAMES`, which has the name once for each descriptor, can have at most 128 KiB, or the next
    /// process cannot be started: for many descriptors see `DescriptorQueue`.
    ///
    /// - Parameters:
    ///   - descriptors: at most 253 in one call. They stay open here.
    ///   - name: 1 to 255 ASCII characters, without a colon and control characters; several descriptors may share one.
    ///   - isPolled: whether systemd closes one by itself when poll(2) reports an error or a hangup.
    /// - Throws: `EINVAL` for a name that is not valid; the error of sendmsg(2).
    public func store(_ descriptors: [Int32], named name: String, isPolled: Bool = true) throws(Errno) {
        guard Self.isStoreName(name) else { throw Errno(EINVAL) }
        try send("FDSTORE=1\nFDNAME=\(name)" + (isPolled ? "" : "\nFDPOLL=0"), descriptors)
    }

    /// Makes systemd close all descriptors that it keeps under a name.
    ///
    /// A connection that this process closes stays open for its peer as long as systemd has a copy.
    ///
    /// - Throws: `EINVAL` for a name that is not valid; the error of sendmsg(2).
    public func removeStored(named name: String) throws(Errno) {
        guard Self.isStoreName(name) else { throw Errno(EINVAL) }
        try send("FDSTOREREMOVE=1\nFDNAME=\(name)")
    }

    /// Waits until systemd has processed all messages before this call; see sd_notify_barrier(3).
    ///
    /// - Throws: `ETIMEDOUT` when it has not within the time; the error of pipe2(2), sendmsg(2) or poll(2).
    public func barrier(within time: Duration) throws(Errno) {
        guard isEnabled else { return }
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe2(&ends, O_CLOEXEC) == 0 else { throw Errno.last }
        defer { close(ends[0]) }
        let sent = Result { () throws(Errno) in try send("BARRIER=1", [ends[1]]) }
        // systemd closes its copy, which is the last one then, when it comes to the message.
        close(ends[1])
        try sent.get()
        var entry = pollfd(fd: ends[0], events: 0, revents: 0)
        let count = retrying { poll(&entry, 1, time.pollMilliseconds) }
        guard count >= 0 else { throw Errno.last }
        guard count > 0 else { throw Errno(ETIMEDOUT) }
    }

    static func isStoreName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
    }
}
