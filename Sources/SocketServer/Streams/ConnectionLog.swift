import Linux
import LogRecords

/// The records that a connection makes of itself.
struct ConnectionLog {
    let origin: Origin
    private let recorder: Recorder
    /// When the connection was accepted.
    var started: MonotonicTime
    private let idleTimeoutText: String

    init(of peer: Peer, _ listener: StreamListener, _ worker: SocketWorker) {
        recorder = worker.recorder
        started = worker.loop.now
        idleTimeoutText = listener.idleTimeoutText
        listener.metrics.connectionOpened()
        origin = Origin(
            protocolName: listener.service.name,
            listener: listener.name,
            peer: peer,
            connection: worker.metrics.opened()
        )
    }

    func recordStart(by observer: any CommitObserver) {
        recorder.record(.connectionEstablished, .informational, origin, by: observer) { record in
            record.append("Connection established with ")
            record.append(origin.peerText)
        }
    }

    func recordResumption(by observer: any CommitObserver) {
        recorder.record(.connectionResumed, .informational, origin, by: observer) { record in
            record.append("Connection resumed with ")
            record.append(origin.peerText)
        }
    }

    func recordTimeout(_ wait: IdleTimer.Wait, by observer: any CommitObserver) {
        recorder.record(.connectionTimedOut, .warning, origin, by: observer) { record in
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

    func recordReceived(_ data: Span<UInt8>, by observer: any CommitObserver) {
        recordData(.dataReceived, "Received data: ", data, by: observer)
    }

    func recordSent(_ data: Span<UInt8>, by observer: any CommitObserver) {
        recordData(.dataSent, "Sent data: ", data, by: observer)
    }

    private func recordData(
        _ event: Event,
        _ text: StaticString,
        _ data: Span<UInt8>,
        by observer: any CommitObserver
    ) {
        recorder.record(event, .debug, origin, by: observer) { record in
            record.append(text)
            record.append(escaping: data)
            record.set(.data, to: data)
        }
    }

    /// Records the end of the connection.
    ///
    /// - Parameters:
    ///   - end: how it ended.
    ///   - bytes: how many were received, sent, and had come but were not read.
    ///   - now: when it ended.
    ///   - observer: learns when the output rejects the record.
    func recordEnd(
        _ end: ConnectionEnd,
        bytes: (received: Int, sent: Int, unread: Int),
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) {
        var isLost = false
        if case .lost = end { isLost = true }
        let event: Event = isLost ? .connectionLost : .connectionClosed
        recorder.record(event, isLost ? .warning : .informational, origin, by: observer) { record in
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
