import Linux

/// Counts the datagrams that the kernel dropped at one socket, and records it once a second at most.
///
/// Used on its loop's thread only.
final class DropCounter: Ticker {
    private let socket: Int32
    private let worker: SocketWorker
    private let log: DatagramLog
    private let account: MessageAccount
    private var seen: UInt32 = 0
    private var limit = RateLimit(interval: .seconds(1))

    init(_ socket: Int32, _ worker: SocketWorker, _ log: DatagramLog, _ account: MessageAccount) {
        self.socket = socket
        self.worker = worker
        self.log = log
        self.account = account
    }

    /// Takes note of the kernel's count.
    ///
    /// - Parameter total: all that were dropped so far; it wraps. Nil: unknown.
    func note(_ total: UInt32?) {
        // An older count may come with a datagram that waited.
        guard let total, Int32(bitPattern: total &- seen) > 0 else { return }
        let new = total &- seen
        seen = total
        if limit.pending == 0 { worker.loop.add(self) }
        limit.add(Int(new))
        account.countDropped(UInt64(new), .buffer)
        tick()
    }

    /// Takes note of the kernel's count now: no datagram follows the last drops to bring it.
    func noteLast() {
        note(SocketMemory.drops(of: socket))
    }

    func tick() {
        let count = limit.take(at: worker.loop.now)
        if let count { log.recordDrops(count) }
        if limit.pending == 0 { worker.loop.remove(self) }
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        if let count = limit.takeAll(at: worker.loop.now) { log.recordDrops(count) }
    }
}
