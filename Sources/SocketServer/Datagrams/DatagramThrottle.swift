import LogRecords

/// Drops the datagrams of sources that send more than a listener's rates let them; counts and records that.
///
/// Used on its loop's thread only.
final class DatagramThrottle {
    private var rates: SourceRates
    private let loop: EventLoop
    private let account: MessageAccount
    private let log: DatagramLog
    private var lastOrigin: Origin?
    private lazy var report = LimitedReport(loop, every: .seconds(1)) { [weak self] count in
        if let self, let lastOrigin { log.recordRateDrops(count, last: Source(lastOrigin.peer)) }
    }

    init(_ rates: SourceRates, _ loop: EventLoop, _ log: DatagramLog, _ account: MessageAccount) {
        self.rates = rates
        self.loop = loop
        self.log = log
        self.account = account
    }

    /// Whether a datagram may be taken; otherwise it is dropped.
    func admits(_ origin: Origin, bytes: Int) -> Bool {
        let source = Source(origin.peer)
        guard rates.admits(source, messages: 1, bytes: bytes, at: loop.now) else {
            account.countDropped(1, .rate)
            lastOrigin = origin
            report.add()
            return false
        }
        rates.take(source, messages: 1, bytes: bytes, at: loop.now)
        return true
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        report.finish()
    }
}
