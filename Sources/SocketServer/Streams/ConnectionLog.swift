import Linux
import LogRecords

/// The records that a connection makes of itself.
struct ConnectionLog {
    let origin: Origin
    /// The peer, as limits know it.
    let source: Source
    private let recorder: Recorder
    private let reporter: ConnectionReporter
    /// When the connection was accepted.
    var started: MonotonicTime
    private let idleTimeoutText: String
    /// Whether the records of start and end are made; see `ConnectionReporter`.
    private var isReported = false
    /// The position of the last record; 0 before the first.
    private(set) var lastPosition: UInt64 = 0

    init(
        of peer: Peer,
        through proxy: Peer?,
        number: UInt64,
        _ listener: StreamListener,
        _ worker: SocketWorker,
        _ tls: TLSStream?
    ) {
        source = Source(peer)
        recorder = worker.recorder
        reporter = worker.connections
        started = worker.loop.now
        idleTimeoutText = listener.idleTimeoutText
        origin = Origin(
            protocolName: listener.service.name,
            listener: listener.name,
            peer: peer,
            through: proxy,
            connection: number,
            tls: tls?.peer
        )
    }

    /// Records the start of the connection, where its source has not had too many.
    mutating func recordStart(by observer: any CommitObserver) {
        if reporter.admit(origin, of: source) { reportStart(by: observer) }
    }

    private mutating func reportStart(by observer: any CommitObserver) {
        isReported = true
        lastPosition = record(.connectionEstablished, .informational, by: observer) { record in
            record.append("Connection established with ")
            record.append(origin.peerText)
        }
    }

    mutating func recordResumption(by observer: any CommitObserver) {
        isReported = true
        lastPosition = record(.connectionResumed, .informational, by: observer) { record in
            record.append("Connection resumed with ")
            record.append(origin.peerText)
        }
    }

    /// Records that the peer kept the connection waiting for too long.
    mutating func recordTimeout(_ wait: IdleTimer.Wait, by observer: any CommitObserver) {
        guard isReported || reporter.admitLoss(origin, of: source) else { return }
        lastPosition = record(.connectionTimedOut, .warning, by: observer) { record in
            record.append("Connection with ")
            record.append(origin.peerText)
            record.append(" timed out: ")
            switch wait {
            case .input: record.append("nothing received for ")
            case .output: record.append("the reply was not taken for ")
            }
            record.append(idleTimeoutText)
        }
    }

    /// Records that the output rejected messages of the peer.
    func recordRejection() {
        recorder.record(.recordsLost, .error, origin) { record in
            record.append("The output rejected messages of ")
            record.append(origin.peerText)
            record.append("; they are answered, as they would be rejected again")
        }
    }

    /// Records data, and the start of the connection where that has not been recorded.
    mutating func recordReceived(_ data: Span<UInt8>, by observer: any CommitObserver) {
        if !isReported { reportStart(by: observer) }
        recordData(.dataReceived, "Received data: ", data, by: observer)
    }

    mutating func recordSent(_ data: Span<UInt8>, by observer: any CommitObserver) {
        recordData(.dataSent, "Sent data: ", data, by: observer)
    }

    private mutating func recordData(
        _ event: Event,
        _ text: StaticString,
        _ data: Span<UInt8>,
        by observer: any CommitObserver
    ) {
        lastPosition = record(event, .debug, by: observer) { record in
            record.append(text)
            record.append(escaping: data)
            record.set(.data, to: data)
        }
    }

    /// - Returns: the position of the last record now.
    private func record(
        _ event: Event,
        _ severity: Severity,
        by observer: any CommitObserver,
        _ fill: (inout LogRecord) -> Void
    ) -> UInt64 {
        let before = recorder.position
        recorder.record(event, severity, origin, by: observer, fill)
        let position = recorder.position
        return position == before ? lastPosition : position
    }

    /// Records the end of the connection.
    ///
    /// - Parameters:
    ///   - end: how it ended.
    ///   - bytes: how many were received, sent, and had come but were not read.
    ///   - now: when it ended.
    ///   - observer: learns when the output rejects the record.
    mutating func recordEnd(
        _ end: ConnectionEnd,
        bytes: (received: Int, sent: Int, unread: Int),
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) {
        var isLost = false
        if case .lost = end { isLost = true }
        // One that has sent something tells of data that may be missing. Of those that hold memory there may be thousands.
        let isTelling = isLost && bytes.received > 0 && end != .lost(.memory)
        guard isReported || isTelling || isLost && reporter.admitLoss(origin, of: source) else {
            if !isLost { reporter.holdBack(origin, of: source) }
            return
        }
        let event: Event = isLost ? .connectionLost : .connectionClosed
        lastPosition = record(event, isLost ? .warning : .informational, by: observer) { record in
            switch end {
            case .orderly: record.append("Connection closed")
            case .abandoned:
                record.append("Connection closed")
                record.set(.end, to: "reset-by-sockserved")
            case .resetByPeer:
                record.append("Connection closed")
                record.set(.end, to: "reset-by-peer")
            case .lost(let failure):
                record.append("Connection with \(origin.peerText) lost: \(failure)")
                if case .system(let error) = failure { record.set(.errno, to: Int64(error.number)) }
            }
            record.set(.bytesReceived, to: Int64(bytes.received))
            record.set(.bytesSent, to: Int64(bytes.sent))
            if bytes.unread > 0 { record.set(.bytesUnread, to: Int64(bytes.unread)) }
            record.set(.duration, to: (now - started).wholeNanoseconds / 1000)
        }
    }
}
