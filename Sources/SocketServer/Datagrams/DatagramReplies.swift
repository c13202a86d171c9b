import CLinux
import Glibc
import Linux
import LogRecords

/// Replies to the datagrams of one socket; each is sent when the record of its datagram is committed. Used on its loop's
/// thread only.
final class DatagramReplies {
    /// So many may wait.
    private static let limit = 1024

    /// One reply.
    final class Reply: CommitObserver {
        fileprivate let bytes: [UInt8]
        fileprivate let address: [UInt8]
        fileprivate let origin: Origin
        fileprivate private(set) var hasRejectedRecord = false
        private let replies: DatagramReplies

        fileprivate init(_ bytes: [UInt8], to address: [UInt8], _ origin: Origin, of replies: DatagramReplies) {
            self.bytes = bytes
            self.address = address
            self.origin = origin
            self.replies = replies
        }

        func recordRejected() { hasRejectedRecord = true }

        func committed() { replies.firstCommitted() }
    }

    private let socket: Int32
    private let commits: CommitTracker
    private let log: DatagramLog
    private let roomMade: () -> Void
    /// In the order of the commits.
    private var waiting: [Reply] = []
    private var isAborted = false

    /// - Parameter roomMade: called after each reply.
    init(_ socket: Int32, _ commits: CommitTracker, _ log: DatagramLog, roomMade: @escaping () -> Void) {
        self.socket = socket
        self.commits = commits
        self.log = log
        self.roomMade = roomMade
    }

    var isFull: Bool { waiting.count >= Self.limit }

    /// Whether there is nothing left to send.
    var isDone: Bool { waiting.isEmpty || isAborted }

    /// Makes a reply, which is the observer of the record of its datagram.
    func make(_ bytes: [UInt8], to address: [UInt8], _ origin: Origin) -> Reply {
        Reply(bytes, to: address, origin, of: self)
    }

    /// Sends a reply when all that was recorded so far is committed, unless its datagram's record was rejected.
    func sendWhenCommitted(_ reply: Reply) {
        waiting.append(reply)
        commits.awaitCommit(reply)
    }

    /// Sends no more, as the daemon stops.
    func abort() {
        isAborted = true
        for reply in waiting { log.recordLostReply(to: reply.origin, nil) }
    }

    private func firstCommitted() {
        let reply = waiting.removeFirst()
        if !reply.hasRejectedRecord, !isAborted { send(reply) }
        roomMade()
    }

    private func send(_ reply: Reply) {
        let sent = reply.bytes.withUnsafeBytes { bytes in
            reply.address.withUnsafeBytes { address in
                // The kernel wrote these bytes as a socket address; it may read them as one.
                sendto(
                    socket,
                    bytes.baseAddress,
                    bytes.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
                    address.assumingMemoryBound(to: sockaddr.self).baseAddress,
                    socklen_t(address.count)
                )
            }
        }
        guard sent >= 0 else { return log.recordLostReply(to: reply.origin, .last) }
        let bytes = reply.bytes
        log.recordSent(bytes.span, to: reply.origin)
    }
}
