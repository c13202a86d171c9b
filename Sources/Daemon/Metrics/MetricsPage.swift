import Linux
import LogBackends
import LogFormats
import SocketServer

/// All metrics, as Prometheus reads them.
///
/// Names are those of Prometheus' conventions: base units, and `_total` for counters. A family has samples for all its
/// labels from the start, so that a rate is right for the first event, too.
struct MetricsPage {
    private var text = ExpositionText()

    /// The page.
    var bytes: [UInt8] { text.bytes }

    /// Makes the page of one moment.
    ///
    /// - Parameters:
    ///   - listeners: the counts of each listener.
    ///   - pipeline: the counts of records.
    ///   - queueSize: how much memory records that wait may take, in bytes.
    ///   - backend: the kind of log that records go to.
    init(_ listeners: [ListenerSnapshot], _ pipeline: PipelineMetrics, queueSize: Int, backend: String) {
        text.begin("sockserved_build_info", .gauge, "The version of the program and the kind of log; always 1.")
        text.add(1, ["version": Version.text, "backend": backend])
        addMessages(of: listeners)
        addTimes(of: listeners)
        addConnections(of: listeners)
        addRecords(pipeline, queueSize: queueSize)
        ProcessUsage.add(to: &text)
    }

    // MARK: listeners

    private mutating func addMessages(of listeners: [ListenerSnapshot]) {
        text.begin("sockserved_messages_received_total", .counter, "Messages that came.")
        for listener in listeners { text.add(listener.messages.received, labels(listener)) }
        text.begin("sockserved_messages_recorded_total", .counter, "Messages that became records.")
        for listener in listeners { text.add(listener.messages.recorded, labels(listener)) }
        text.begin("sockserved_messages_committed_total", .counter, "Messages that the log has taken for good.")
        for listener in listeners { text.add(listener.messages.committed, labels(listener)) }
        text.begin("sockserved_messages_rejected_total", .counter, "Messages that the log will never take.")
        for listener in listeners { text.add(listener.messages.rejected, labels(listener)) }
        text.begin("sockserved_messages_left_out_total", .counter, "Messages below the listener's min_severity.")
        for listener in listeners { text.add(listener.messages.leftOut, labels(listener)) }
        text.begin("sockserved_messages_cut_total", .counter, "Recorded messages that were longer than message_limit.")
        for listener in listeners { text.add(listener.messages.cut, labels(listener)) }
        text.begin("sockserved_messages_returned_total", .counter, "Recorded messages that are records of sockserved.")
        for listener in listeners { text.add(listener.messages.returned, labels(listener)) }
        text.begin("sockserved_messages_malformed_total", .counter, "Messages that could not be read, by reason.")
        for listener in listeners {
            for reason in MessageError.Kind.allCases {
                let labels: ExpositionText.Labels = ["listener": listener.name, "reason": "\(reason)"]
                text.add(listener.messages.malformed[reason], labels)
            }
        }
        text.begin("sockserved_messages_dropped_total", .counter, "Messages lost before they were read, by reason.")
        for listener in listeners {
            for reason in DropReason.allCases {
                let labels: ExpositionText.Labels = ["listener": listener.name, "reason": "\(reason)"]
                text.add(listener.messages.dropped[reason], labels)
            }
        }
        text.begin("sockserved_datagrams_received_total", .counter, "Datagrams that came, parts of messages included.")
        for listener in listeners { text.add(listener.messages.datagrams, labels(listener)) }
    }

    private mutating func addTimes(of listeners: [ListenerSnapshot]) {
        text.begin("sockserved_commit_duration_seconds", .histogram, "Time from a message's receipt to its commit.")
        let bounds = CommitTimes.bounds.map { Double($0) / 1_000_000 }
        for listener in listeners {
            let times = listener.messages.commitTimes
            text.add(
                bounds: bounds,
                counts: (0..<CommitTimes.bucketCount).map { times[$0] },
                sum: Double(times.sum) / 1_000_000,
                labels(listener)
            )
        }
    }

    private mutating func addConnections(of listeners: [ListenerSnapshot]) {
        text.begin("sockserved_connections", .gauge, "Connections that are open.")
        for listener in listeners { text.add(listener.open, labels(listener)) }
        text.begin("sockserved_connections_accepted_total", .counter, "Connections that were accepted.")
        for listener in listeners { text.add(listener.accepted, labels(listener)) }
        text.begin("sockserved_connections_refused_total", .counter, "Connections of sources that have too many.")
        for listener in listeners { text.add(listener.refused, labels(listener)) }
    }

    private func labels(_ listener: ListenerSnapshot) -> ExpositionText.Labels {
        ["listener": listener.name, "protocol": listener.protocolName]
    }

    // MARK: the log

    /// Records are those of messages, and those that the daemon makes of itself and its connections.
    private mutating func addRecords(_ pipeline: PipelineMetrics, queueSize: Int) {
        text.begin("sockserved_records_total", .counter, "Records that were made.")
        text.add(pipeline.received)
        text.begin("sockserved_records_committed_total", .counter, "Records that the log has taken for good.")
        text.add(pipeline.committed)
        text.begin("sockserved_records_rejected_total", .counter, "Records that the log will never take.")
        text.add(pipeline.rejected)
        text.begin("sockserved_records_waiting", .gauge, "Records that wait for the log.")
        text.add(pipeline.waiting)
        text.begin("sockserved_queue_bytes", .gauge, "Memory of the records that wait for the log.")
        text.add(pipeline.waitingBytes)
        text.begin("sockserved_queue_limit_bytes", .gauge, "Memory from which on clients wait.")
        text.add(queueSize)
        text.begin("sockserved_output_failures_total", .counter, "Writes to the log that failed; each is tried again.")
        text.add(pipeline.failures)
        text.begin("sockserved_output_failing", .gauge, "1 while the last write to the log has failed.")
        text.add(pipeline.failure == nil ? 0 : 1)
    }
}
