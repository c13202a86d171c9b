import LogRecords

/// Drops the datagrams of sources that send more than a listener's rates let them; counts and records that.
///
/// Used on its loop's thread only.
final class DatagramThrottle {
    private var rates: SourceRates
    private let loop: EventLoop
    private let account: MessageAccount
    private let log: DatagramLog
    private var lastSource = Source.unknown
    private lazy var report = LimitedReport(loop, every: .seconds(1)) { [weak self] count in
        if let self { log.recordRateDrops(count, last: lastSource) }
    }

    init(_ rates: SourceRates, _ loop: EventLoop, _ log: DatagramLog, _ account: MessageAccount) {
        self.rates = rates
        self.loop = loop
        self.log = log
        self.account = account
    }

    /// Whether a datagram may be taken; otherwise it is dropped.
    func admits(_ origin: Origin, _ count: SourceCount, bytes: Int) -> Bool {
        let source = Source(origin.peer)
        guard !rates.admit(source, bytes: bytes, at: loop.now) else { return true }
        account.countDropped(1, .rate, from: count)
        lastSource = source
        report.add()
        return false
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        report.finish()
    }
}
