import LogBackends
import LogRecords
import SocketServer

/// Records what became of all messages, and of those of each listener: now and then when there were some, and at the
/// end.
struct StatisticsReporter {
    /// The threads have so long to bring their counts up to date.
    private static let answerTime = Duration.milliseconds(200)

    private var lastReport = ContinuousClock.now
    /// Whether the threads were asked for their counts.
    private var isPrepared = false
    private var reported: UInt64 = 0
    /// By listener.
    private var reportedOf: [String: UInt64] = [:]

    /// Makes records when the interval is over and messages have come since the last ones.
    mutating func check(_ daemon: Daemon) {
        guard let next = nextCheck(daemon), next <= .now else { return }
        // A thread without anything to do has not looked lately at what is committed.
        guard isPrepared else {
            daemon.server.ping {}
            isPrepared = true
            return
        }
        report(daemon)
    }

    /// When `check` is due; nil: never.
    func nextCheck(_ daemon: Daemon) -> ContinuousClock.Instant? {
        daemon.configuration.statisticsInterval.map { lastReport + $0 + (isPrepared ? Self.answerTime : .zero) }
    }

    /// Makes records when messages have come since the last ones.
    mutating func report(_ daemon: Daemon) {
        lastReport = .now
        isPrepared = false
        let listeners = daemon.server.metrics.snapshot()
        let all = daemon.server.metrics.messages
        guard all.received != reported else { return }
        reported = all.received
        daemon.record(.statistics, .informational) { record in
            record.append("sockserved\(Self.text(of: all)). Of \(Self.text(of: daemon.pipeline.metrics))")
            Self.setFields(of: &record, to: all)
        }
        for listener in listeners where listener.messages.received != reportedOf[listener.name] ?? 0 {
            reportedOf[listener.name] = listener.messages.received
            Self.record(listener, daemon)
        }
    }

    private static func record(_ listener: ListenerSnapshot, _ daemon: Daemon) {
        let origin = Origin(protocolName: listener.protocolName, listener: listener.name, peer: nil, connection: nil)
        let counts = listener.messages
        daemon.record(.statistics, .informational, origin) { record in
            record.append("Listener \(listener.name)\(text(of: counts)). Of those recorded \(counts.committed) are ")
            record.append("committed, \(counts.waiting) wait, and \(counts.rejected) were rejected")
            setFields(of: &record, to: counts)
        }
    }

    private static func text(of counts: MessageCounts) -> String {
        func reasons(_ text: String) -> String { text.isEmpty ? "" : " (\(text))" }
        return " has received \(counts.received) messages since its start: "
            + "\(counts.recorded) recorded (\(counts.cut) of them cut), "
            + "\(counts.malformed.total) malformed\(reasons(counts.malformed.text)), "
            + "\(counts.leftOut) left out, \(counts.dropped.total) dropped\(reasons(counts.dropped.text))"
    }

    private static func text(of records: PipelineMetrics) -> String {
        "\(records.received) records, with its own, \(records.committed) are committed, "
            + "\(records.waiting) wait, and \(records.rejected) were rejected"
    }

    private static func setFields(of record: inout LogRecord, to counts: MessageCounts) {
        let fields: [(FieldKey, UInt64)] = [
            (.messagesReceived, counts.received), (.messagesRecorded, counts.recorded),
            (.messagesMalformed, counts.malformed.total), (.messagesLeftOut, counts.leftOut),
            (.messagesDropped, counts.dropped.total), (.messagesCommitted, counts.committed),
            (.messagesWaiting, counts.waiting), (.messagesRejected, counts.rejected), (.messagesCut, counts.cut),
            (.messagesReturned, counts.returned),
        ]
        for (key, count) in fields { record.set(key, to: Int64(clamping: count)) }
        for (key, text) in [(.malformedReasons, counts.malformed.text), (FieldKey.droppedReasons, counts.dropped.text)]
        where !text.isEmpty {
            record.set(key, to: Array(text.utf8).span)
        }
    }
}
