import Linux
import LogRecords

/// The records that a connection makes of itself.
struct ConnectionLog {
    /// How a connection ends.
    enum End {
        /// In the orderly way.
        case orderly
        /// By the daemon, as a reset where an orderly end would confirm; all that was received is recorded.
        case abandoned
        /// By a reset of the peer's, which had its reply.
        case resetByPeer
        case lost(Failure)
    }

    /// Why a connection is lost.
    enum Failure {
        case system(Errno)
        case malformedMessage
        case uncommittedRecords
        /// The daemon stops.
        case stop
        /// The daemon ends the connection, and does not read what has come.
        case unreadData
    }

    let origin: Origin
    private let recorder: Recorder
    private let started: MonotonicTime
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

    /// - Parameter bytes: how many were received, sent, and had come but were not read.
    func recordEnd(
        _ end: End,
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

extension ConnectionLog.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .malformedMessage: "one of its messages could not be read"
        case .uncommittedRecords: "its records could not be committed"
        case .stop: "the daemon stops"
        case .unreadData: "what it sent last was not read"
        }
    }
}
