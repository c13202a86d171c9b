import LogRecords

/// Counts the replies that one datagram socket does not send, and records each reason at most once in ten seconds.
///
/// Used on its loop's thread only.
final class WithheldReplies {
    enum Reason: Error, CaseIterable {
        case relativeName, foreignSocket, ownAddress, greeting, rate
    }

    private let log: DatagramLog
    private var reports: [Reason: LimitedReport] = [:]
    /// The sender of the last datagram.
    private var lastOrigins: [Reason: Origin] = [:]

    init(_ worker: SocketWorker, _ log: DatagramLog) {
        self.log = log
        for reason in Reason.allCases {
            reports[reason] = LimitedReport(worker.loop, every: .seconds(10)) { [weak self] count in
                self?.record(reason, count: count)
            }
        }
    }

    func add(_ reason: Reason, _ origin: Origin) {
        lastOrigins[reason] = origin
        reports[reason]?.add()
    }

    /// Records what is not recorded yet, as the daemon stops.
    func finish() {
        for reason in Reason.allCases { reports[reason]?.finish() }
    }

    private func record(_ reason: Reason, count: Int) {
        guard let origin = lastOrigins[reason] else { return }
        log.recordWithheldReply(to: origin, reason, count: count)
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
