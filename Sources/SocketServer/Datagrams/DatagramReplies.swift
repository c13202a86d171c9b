import CLinux
import Glibc
import Linux
import LogRecords

/// Replies to the datagrams of one socket; each is sent when the record of its datagram is committed.
///
/// Used on its loop's thread only.
final class DatagramReplies {
    /// The most replies to one source at once.
    ///
    /// Anyone can send in the name of another host, and two daemons that reply to each other would do so without end
    /// (CVE-2024-2169).
    static let burst = 2000
    /// And in a second.
    static let perSecond = 100
    /// Sources beyond it share one place.
    static let sourceLimit = 1024
    /// So many may wait, and so many bytes.
    private static let limit = 1024
    private static let byteLimit = 1 << 20

    /// One reply.
    final class Reply: CommitObserver {
        fileprivate let bytes: [UInt8]
        fileprivate let address: ReplyAddress
        fileprivate let origin: Origin
        fileprivate private(set) var hasRejectedRecord = false
        private let replies: DatagramReplies

        fileprivate init(_ bytes: [UInt8], to address: ReplyAddress, _ origin: Origin, of replies: DatagramReplies) {
            self.bytes = bytes
            self.address = address
            self.origin = origin
            self.replies = replies
        }

        func recordRejected() { hasRejectedRecord = true }

        func committed() { replies.firstCommitted() }
    }

    private let socket: Int32
    private let worker: SocketWorker
    private let log: DatagramLog
    private let withheld: WithheldReplies
    private var rates = DatagramReplies.makeRates()
    private let roomMade: () -> Void
    /// In the order of the commits.
    private var waiting: [Reply] = []
    private var waitingBytes = 0
    /// Of the last record of a datagram that is replied to.
    private var lastPosition: UInt64 = 0
    private var isAborted = false

    /// Makes the replies of one socket.
    ///
    /// - Parameters:
    ///   - socket: what they are sent with.
    ///   - worker: the thread that serves the socket.
    ///   - log: records what is sent, and what is not.
    ///   - roomMade: called after each reply.
    init(_ socket: Int32, _ worker: SocketWorker, _ log: DatagramLog, roomMade: @escaping () -> Void) {
        self.socket = socket
        self.worker = worker
        self.log = log
        withheld = WithheldReplies(worker, log)
        self.roomMade = roomMade
    }

    /// The limits of replies by source.
    static func makeRates() -> SourceRates {
        SourceRates(
            messageRate: Rate(perSecond: perSecond, burst: burst),
            byteRate: nil,
            sourceLimit: sourceLimit
        )
    }

    var isFull: Bool { waiting.count >= Self.limit || waitingBytes >= Self.byteLimit }

    /// Whether there is nothing left to send.
    var isDone: Bool { waiting.isEmpty || isAborted }

    /// Makes a reply, which is the observer of the record of its datagram.
    ///
    /// - Returns: nil where none may be sent, which is recorded.
    func make(_ bytes: [UInt8], to datagram: Datagram, _ origin: Origin, isGreeting: Bool) -> Reply? {
        do throws(WithheldReplies.Reason) {
            if isGreeting, datagram.bytes.elementsEqual(bytes) { throw .greeting }
            if worker.ownAddresses.contains(origin.peer) { throw .ownAddress }
            let address = try ReplyAddress(datagram.address, datagram.process)
            guard rates.admit(Source(origin.peer), at: worker.loop.now) else { throw .rate }
            return Reply(bytes, to: address, origin, of: self)
        } catch {
            withheld.add(error, origin)
            return nil
        }
    }

    /// Sends a reply when the record of its datagram is committed; not when that was rejected.
    ///
    /// - Parameters:
    ///   - reply: the reply.
    ///   - position: of the record; nil: there is none.
    func sendWhenCommitted(_ reply: Reply, through position: UInt64?) {
        // Never before an earlier one.
        lastPosition = position ?? lastPosition
        waiting.append(reply)
        hold(reply.bytes.count)
        worker.recorder.commits.awaitCommit(reply, through: lastPosition)
    }

    /// Sends no more, as the daemon stops.
    func abort() {
        isAborted = true
        for reply in waiting { log.recordLostReply(to: reply.origin, nil) }
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        withheld.finish()
    }

    private func hold(_ growth: Int) {
        waitingBytes &+= growth
        worker.memory.add(growth)
    }

    private func firstCommitted() {
        let reply = waiting.removeFirst()
        hold(-reply.bytes.count)
        if !reply.hasRejectedRecord, !isAborted { send(reply) }
        roomMade()
    }

    private func send(_ reply: Reply) {
        do {
            switch reply.address.kind {
            case .certain: try send(reply.bytes, to: reply.address.bytes)
            case .path(let owner):
                guard try send(reply.bytes, toSocketAt: reply.address.path, of: owner) else {
                    return withheld.add(.foreignSocket, reply.origin)
                }
            }
        } catch {
            return log.recordLostReply(to: reply.origin, error)
        }
        let bytes = reply.bytes
        log.recordSent(bytes.span, to: reply.origin)
    }

    /// Sends to the socket that a path leads to now, if it belongs to a user.
    ///
    /// - Returns: whether it does.
    private func send(_ bytes: [UInt8], toSocketAt path: [CChar], of owner: uid_t) throws(Errno) -> Bool {
        let file = open(path, CLINUX_O_PATH | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw .last }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == owner else { return false }
        // The file that was looked at, whatever the path leads to by now; see proc_pid_fd(5).
        let address = try UnixSocketAddress(path: "/proc/self/fd/\(file)")
        let result = address.withSockaddr { send(bytes, $0, $1) }
        guard result >= 0 else { throw .last }
        return true
    }

    private func send(_ bytes: [UInt8], to address: [UInt8]) throws(Errno) {
        let result = address.withUnsafeBytes { address in
            // The kernel wrote these bytes as a socket address; it may read them as one.
            send(bytes, address.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(address.count))
        }
        guard result >= 0 else { throw .last }
    }

    private func send(_ bytes: [UInt8], _ address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> Int {
        sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, length)
    }
}
