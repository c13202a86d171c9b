import Linux
import LogRecords

/// The records that a connection makes of itself.
struct ConnectionLog {
    /// Why a connection is lost.
    enum Failure {
        case system(Errno)
        case malformedMessage
        case uncommittedRecords
        /// The daemon stops.
        case stop

        /// Whether the daemon ends the connection, which the peer is to see as a reset.
        var isReset: Bool {
            if case .system = self { false } else { true }
        }
    }

    let origin: Origin
    private let recorder: Recorder
    private let started: MonotonicTime
    private let idleTimeoutText: String

    init(of peer: Peer, _ listener: StreamListener, _ worker: SocketWorker) {
        recorder = worker.recorder
        started = worker.loop.now
        idleTimeoutText = listener.idleTimeoutText
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

    /// - Parameter failure: nil: the connection was closed in the orderly way.
    func recordEnd(
        _ failure: Failure?,
        received: Int,
        sent: Int,
        at now: MonotonicTime,
        by observer: any CommitObserver
    ) {
        let event: Event = failure == nil ? .connectionClosed : .connectionLost
        recorder.record(event, failure == nil ? .informational : .warning, origin, by: observer) { record in
            if let failure {
                record.append("Connection with \(origin.peerText) lost: \(failure)")
                if case .system(let error) = failure { record.set(.errno, to: Int64(error.number)) }
            } else {
                record.append("Connection closed")
            }
            record.set(.bytesReceived, to: Int64(received))
            record.set(.bytesSent, to: Int64(sent))
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
        }
    }
}
