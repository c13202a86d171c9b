import Linux
import LogBackends
import LogFormats
import SocketServer
import TLS

/// All metrics, as Prometheus reads them.
///
/// Names are those of Prometheus' conventions: base units, and `_total` for counters. A family has samples for all its
/// labels from the start, so that a rate is right for the first event, too.
struct MetricsPage {
    private let listeners: [ListenerSnapshot]
    private var text = ExpositionText()

    /// The page.
    var bytes: [UInt8] { text.bytes }

    /// Makes the page of this moment.
    init(of daemon: MetricsResponder) {
        listeners = daemon.server.snapshot()
        text.begin("sockserved_build_info", .gauge, "The version of the program and the kind of log; always 1.")
        text.add(1, ["version": Version.text, "backend": daemon.backend])
        addMessages()
        add(daemon.server.sources.snapshot())
        addTimes()
        addConnections()
        add(daemon.certificates)
        addRecords(daemon.pipeline.metrics, queueSize: daemon.queueSize)
        ProcessUsage.add(to: &text)
    }

    // MARK: listeners

    private mutating func addMessages() {
        add("sockserved_messages_received_total", "Messages that came.", \.messages.received)
        add("sockserved_messages_recorded_total", "Messages that became records.", \.messages.recorded)
        add("sockserved_messages_committed_total", "Messages that the log has taken for good.", \.messages.committed)
        add("sockserved_messages_rejected_total", "Messages that the log will never take.", \.messages.rejected)
        add("sockserved_messages_left_out_total", "Messages below the listener's min_severity.", \.messages.leftOut)
        add("sockserved_messages_cut_total", "Recorded messages that were longer than message_limit.", \.messages.cut)
        let returned = "Recorded messages that are records of sockserved."
        add("sockserved_messages_returned_total", returned, \.messages.returned)
        let malformed = "Messages that could not be read, by reason."
        addByReason("sockserved_messages_malformed_total", malformed, \.messages.malformed)
        let dropped = "Messages lost before they were read, by reason."
        addByReason("sockserved_messages_dropped_total", dropped, \.messages.dropped)
        let datagrams = "Datagrams that came, parts of messages included."
        add("sockserved_datagrams_received_total", datagrams, \.messages.datagrams)
    }

    private mutating func addTimes() {
        text.begin("sockserved_commit_duration_seconds", .histogram, "Time from a message's receipt to its commit.")
        for listener in listeners { text.add(listener.messages.commitTimes, labels(listener)) }
    }

    private mutating func add(_ sources: [(source: String, received: UInt64)]) {
        let help =
            "Messages of the 64 sources that have sent most; those of all others, and those that a source had sent "
            + "before it was one of the 64, are together in \"other senders\"."
        text.begin("sockserved_source_messages_received_total", .counter, help)
        for (source, received) in sources { text.add(received, ["source": source]) }
    }

    private mutating func addConnections() {
        add("sockserved_connections", "Connections that are open.", \.open, as: .gauge)
        add("sockserved_connections_accepted_total", "Connections that were accepted.", \.accepted)
        let refused = "Accepted connections that were refused, by reason."
        addByReason("sockserved_connections_refused_total", refused, \.refused)
    }

    private mutating func add(_ certificates: [(listener: String, tls: ListenerTLS)]) {
        guard !certificates.isEmpty else { return }
        let help = "When the certificate of the listener ends, in seconds since 1970."
        text.begin("sockserved_certificate_expiry_timestamp_seconds", .gauge, help)
        for (listener, tls) in certificates { text.add(tls.context.validity.ends, ["listener": listener]) }
        text.begin("sockserved_tls_handshakes_total", .counter, "TLS handshakes that have ended, by result.")
        for listener in listeners where certificates.contains(where: { $0.listener == listener.name }) {
            for result in HandshakeResult.allCases {
                text.add(listener.handshakes[result], ["listener": listener.name, "result": "\(result)"])
            }
        }
    }

    /// Adds a family with a sample for each listener.
    private mutating func add(
        _ name: StaticString,
        _ help: String,
        _ value: (ListenerSnapshot) -> some BinaryInteger,
        as kind: ExpositionText.Kind = .counter
    ) {
        text.begin(name, kind, help)
        for listener in listeners { text.add(value(listener), labels(listener)) }
    }

    /// Adds a family of counters with a sample for each listener and reason.
    private mutating func addByReason<Reason: CaseIterable & RawRepresentable<UInt8> & Sendable>(
        _ name: StaticString,
        _ help: String,
        _ counts: (ListenerSnapshot) -> ReasonCounts<Reason>
    ) {
        text.begin(name, .counter, help)
        for listener in listeners {
            let counts = counts(listener)
            for reason in Reason.allCases {
                text.add(counts[reason], ["listener": listener.name, "reason": "\(reason)"])
            }
        }
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
        let writes = "Time that the log took for a write with its sync, failed ones included."
        text.begin("sockserved_output_write_duration_seconds", .histogram, writes)
        text.add(pipeline.writeTimes)
        text.begin("sockserved_output_failures_total", .counter, "Writes to the log that failed; each is tried again.")
        text.add(pipeline.failures)
        text.begin("sockserved_output_failing", .gauge, "1 while the last write to the log has failed.")
        text.add(pipeline.failure == nil ? 0 : 1)
    }
}
