import Linux

/// Counts the datagrams that the kernel dropped at one socket, and records it once a second at most.
///
/// Each datagram brings the kernel's count of those that were dropped before it. After the last one the kernel is asked.
/// Used on its loop's thread only.
final class DropCounter: Ticker {
    /// So long after the last receive the kernel is asked.
    private static let silence = Duration.seconds(1)

    private let socket: Int32
    private let worker: SocketWorker
    private let account: MessageAccount
    private let report: LimitedReport
    private var seen: UInt32
    /// Since then the kernel was not asked; nil: nothing was received since it was.
    private var lastReceive: MonotonicTime?
    var deadline = DeadlineQueue.Place()

    /// Makes the counter of one socket.
    ///
    /// - Parameters:
    ///   - socket: where they are dropped.
    ///   - seen: the kernel's count so far, if an earlier process has reported those.
    ///   - worker: the thread that serves the socket.
    ///   - log: records them.
    ///   - account: counts them.
    init(
        _ socket: Int32,
        from seen: UInt32,
        _ worker: SocketWorker,
        _ log: DatagramLog,
        _ account: MessageAccount
    ) {
        self.socket = socket
        self.seen = seen
        self.worker = worker
        self.account = account
        report = LimitedReport(worker.loop, every: .seconds(1)) { log.recordDrops($0) }
    }

    /// Takes note of the kernel's count.
    ///
    /// - Parameter total: all that were dropped so far; it wraps. Nil: unknown.
    func note(_ total: UInt32?) {
        // An older count may come with a datagram that waited.
        guard let total, Int32(bitPattern: total &- seen) > 0 else { return }
        let new = total &- seen
        seen = total
        account.countDropped(UInt64(new), .buffer, from: worker.metrics.sources.others)
        report.add(Int(new))
    }

    /// Takes note that datagrams were received; no other may follow to bring the count of those dropped after them.
    func noteReceive() {
        if lastReceive == nil { worker.loop.schedule(self, after: Self.silence) }
        lastReceive = worker.loop.now
    }

    func tick() {
        guard let last = lastReceive else { return }
        guard worker.loop.now - last >= Self.silence else {
            return worker.loop.schedule(self, by: last + Self.silence)
        }
        lastReceive = nil
        note(SocketMemory.drops(of: socket))
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        worker.loop.cancel(self)
        note(SocketMemory.drops(of: socket))
        worker.handover?.note(drops: seen, of: socket)
        report.finish()
    }
}
