import Linux
import LogRecords

/// Counts the replies that one datagram socket does not send, and records each reason at most once in ten seconds.
///
/// Used on its loop's thread only.
final class WithheldReplies: Ticker {
    enum Reason: Error, CaseIterable {
        case relativeName, foreignSocket, ownAddress, greeting, rate
    }

    private struct Account {
        var limit = RateLimit(interval: .seconds(10))
        /// Of the last one.
        var origin: Origin
    }

    private let worker: SocketWorker
    private let log: DatagramLog
    private var accounts: [Reason: Account] = [:]
    var deadline = DeadlineQueue.Place()

    init(_ worker: SocketWorker, _ log: DatagramLog) {
        self.worker = worker
        self.log = log
    }

    func add(_ reason: Reason, _ origin: Origin) {
        accounts[reason, default: Account(origin: origin)].limit.add()
        accounts[reason]?.origin = origin
        tick()
    }

    func tick() {
        record(ofAll: false)
        if let next = accounts.values.compactMap(\.limit.nextReport).min() { worker.loop.schedule(self, by: next) }
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        record(ofAll: true)
    }

    private func record(ofAll: Bool) {
        let now = worker.loop.now
        for reason in Reason.allCases {
            let count = ofAll ? accounts[reason]?.limit.takeAll(at: now) : accounts[reason]?.limit.take(at: now)
            guard let count, let origin = accounts[reason]?.origin else { continue }
            log.recordWithheldReply(to: origin, reason, count: count)
        }
    }
}

extension WithheldReplies.Reason: CustomStringConvertible {
    var description: String {
        switch self {
        case .relativeName: "the name of its socket is a relative path; bind an absolute path or an abstract name"
        case .foreignSocket: "the path of its socket leads to one that is not known to be the sender's"
        case .ownAddress: "it came from an address at which this daemon receives; its source is forged"
        case .greeting: "it is such a reply itself"
        case .rate:
            "this source gets more than \(DatagramReplies.burst) at once, or more than \(DatagramReplies.perSecond) a second"
        }
    }
}
